package io.s3stream.wal.nfs;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How a writer's life goes: open, then ended by its first failure, or closed; and how many of its operations are under
 * way. Owner of all that; thread-safe.
 */
final class WriterState {

    private final String name;
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private int underWay;
    private boolean closed;
    private @Nullable Throwable failure;

    WriterState(String name) {
        this.name = name;
    }

    /**
     * Begins an operation; {@link #done} ends it.
     *
     * @return why it may not begin, or null
     */
    synchronized @Nullable StreamException begin() {
        if (failure != null) {
            return ended(failure);
        }
        if (closed) {
            return new StoreClosedException(name + " is closed");
        }
        underWay++;
        return null;
    }

    void done() {
        synchronized (this) {
            underWay--;
            if (!closed || underWay > 0) {
                return;
            }
        }
        idle.complete(null);
    }

    /** Nothing is tried on the medium any more. */
    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    void requireNotFailed() {
        Throwable cause;
        synchronized (this) {
            cause = failure;
        }
        if (cause != null) {
            throw ended(cause);
        }
    }

    /** Completes when nothing is under way any more. */
    CompletableFuture<Void> close() {
        synchronized (this) {
            closed = true;
            if (underWay > 0) {
                return idle;
            }
        }
        idle.complete(null);
        return idle;
    }

    private StreamException ended(Throwable cause) {
        return cause instanceof FencedException
                ? new FencedException("" + cause.getMessage(), cause)
                : new StorageException(name + " has ended: " + cause.getMessage(), cause);
    }
}
