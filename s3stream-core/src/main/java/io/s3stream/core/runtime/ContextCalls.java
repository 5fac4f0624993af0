package io.s3stream.core.runtime;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.spi.runtime.SerialContext;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls from any thread that run on one context. Each gets an answer, even if the context has stopped. */
public final class ContextCalls {

    private final SerialContext context;
    private final PendingFutures<CompletableFuture<?>> pending = new PendingFutures<>();
    private volatile @Nullable StreamException closed;

    public ContextCalls(SerialContext context) {
        this.context = context;
    }

    public <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> work) {
        StackRoom.require();
        CompletableFuture<T> done = new CompletableFuture<>();
        pending.add(done);
        StreamException reason = closed;
        if (reason != null) {
            done.completeExceptionally(reason);
            return done;
        }
        context.execute(() -> {
            try {
                work.get().whenComplete((value, error) -> {
                    if (error == null) {
                        done.complete(value);
                    } else {
                        done.completeExceptionally(error);
                    }
                });
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            } catch (Error e) {
                done.completeExceptionally(e);
                throw e; // the owners of the context's state must see it [R38]
            }
        });
        return done;
    }

    /** Fails the pending calls. Later calls still run. */
    public void failPending(StreamException reason) {
        pending.forEach(future -> future.completeExceptionally(reason));
    }

    /** Fails pending and later calls with the reason, because the context has stopped. */
    public void end(StreamException reason) {
        closed = reason;
        pending.forEach(future -> future.completeExceptionally(reason));
    }
}
