package io.s3stream.core.runtime;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.spi.runtime.SerialContext;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls from any thread that are worked on by one context, and answered even when that takes no more work. */
public final class ContextCalls {

    private final SerialContext context;
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();
    private volatile @Nullable StreamException closed;

    public ContextCalls(SerialContext context) {
        this.context = context;
    }

    @SuppressWarnings("CollectionUndefinedEquality") // a set by identity: the very future that was added leaves it
    public <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> work) {
        StackRoom.require();
        CompletableFuture<T> done = new CompletableFuture<>();
        pending.add(done);
        done.whenComplete((value, error) -> pending.remove(done));
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
                throw e; // the owners of the context's state are told [R38]
            }
        });
        return done;
    }

    /** Fails the calls that have no answer yet; later ones are worked on. */
    public void failPending(StreamException reason) {
        pending.forEach(future -> future.completeExceptionally(reason));
    }

    /** The context takes no more work: pending calls, and all later ones, fail with the reason. */
    public void end(StreamException reason) {
        closed = reason;
        pending.forEach(future -> future.completeExceptionally(reason));
    }
}
