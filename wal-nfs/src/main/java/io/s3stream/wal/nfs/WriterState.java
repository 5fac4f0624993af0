package io.s3stream.wal.nfs;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.wal.common.OperationCount;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The state of a writer: open, ended by its first failure, or closed. Also counts its operations in flight. Owns both;
 * thread-safe.
 */
final class WriterState {

    private final String name;
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private final OperationCount operations = new OperationCount(() -> idle.complete(null));
    private @Nullable Throwable failure;

    WriterState(String name) {
        this.name = name;
    }

    /**
     * Begins an operation; {@link #done} ends it.
     *
     * @return the reason why the operation must not begin, or null
     */
    synchronized @Nullable StreamException begin() {
        if (failure != null) {
            return ended(failure);
        }
        return operations.begin() ? null : new StoreClosedException(name + " is closed");
    }

    void done() {
        operations.end();
    }

    /** Ends the writer: no further operation on the medium begins. The first failure counts. */
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

    /** Closes the writer. The future completes when no operation is in flight. */
    CompletableFuture<Void> close() {
        operations.close();
        return idle;
    }

    private StreamException ended(Throwable cause) {
        return cause instanceof FencedException
                ? new FencedException("" + cause.getMessage(), cause)
                : new StorageException(name + " has ended: " + cause.getMessage(), cause);
    }
}
