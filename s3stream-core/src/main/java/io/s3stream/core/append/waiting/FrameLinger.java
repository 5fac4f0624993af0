package io.s3stream.core.append.waiting;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.wal.FillingFrame;
import io.s3stream.spi.wal.WriteAheadLog;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Delays the frame being filled, if the WAL's writes cost money. Owns the timer of that frame. A linger belongs to one
 * frame: the first append begins it, and the issue of the frame ends it, however early. The WAL decides its length. Owned
 * by the append context.
 */
public final class FrameLinger {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Runnable onOver;

    private int bytes; // of the frame when it was last seen; 0: no frame
    private long begunAt;
    private long grownAt;
    private boolean isOver;
    private @Nullable Timer timer;
    private long timers; // counts them, because a cancelled one may still run

    /** @param onOver called on the context when a frame's time may be over; it asks {@link #holds} again */
    public FrameLinger(EngineRuntime runtime, SerialContext context, Runnable onOver) {
        this.runtime = runtime;
        this.context = context;
        this.onOver = onOver;
    }

    /**
     * Returns whether the frame waits for more appends.
     *
     * @param frameBytes size of the frame, which has at least one append
     */
    public boolean holds(WriteAheadLog wal, int frameBytes) {
        if (bytes == 0) {
            isOver = wal.profile().linger().isZero();
            begunAt = isOver ? 0 : runtime.nanoTime();
        }
        boolean hasGrown = bytes != frameBytes;
        bytes = frameBytes;
        if (isOver) {
            return false; // also if the WAL had no slot then
        }
        if (hasGrown) {
            grownAt = runtime.nanoTime();
        }
        return timer != null || isTold(wal);
    }

    private boolean isTold(WriteAheadLog wal) {
        long now = runtime.nanoTime();
        Duration age = Duration.ofNanos(now - begunAt);
        Duration more = wal.linger(new FillingFrame(bytes, age, Duration.ofNanos(now - grownAt)));
        isOver = more.isZero();
        if (!isOver) {
            long number = ++timers;
            timer = runtime.schedule(more, context, () -> fire(number));
        }
        return !isOver;
    }

    /** The frame was issued or dropped. The next one has a linger of its own. */
    public void end() {
        bytes = 0;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void fire(long number) {
        if (number == timers && timer != null) {
            timer = null;
            onOver.run();
        }
    }
}
