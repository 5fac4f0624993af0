package io.s3stream.wal.common;

/**
 * Counts operations in flight until a close, and runs an action when the last one has ended after it.
 *
 * <p>Owns the count and the closed flag. Thread-safe; never runs the action under its monitor.
 */
public final class OperationCount {

    private final Runnable onIdle;
    private int inFlight;
    private boolean closed;

    /** @param onIdle runs once, on the thread that ends the last operation or closes */
    public OperationCount(Runnable onIdle) {
        this.onIdle = onIdle;
    }

    /** Begins an operation; {@link #end} ends it. Returns false, and counts nothing, after a close. */
    public synchronized boolean begin() {
        if (closed) {
            return false;
        }
        inFlight++;
        return true;
    }

    /** Ends an operation that {@link #begin} counted. */
    public void end() {
        synchronized (this) {
            inFlight--;
            if (!closed || inFlight > 0) {
                return;
            }
        }
        onIdle.run();
    }

    /** Refuses further operations. A second call has no effect. */
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (inFlight > 0) {
                return;
            }
        }
        onIdle.run();
    }
}
