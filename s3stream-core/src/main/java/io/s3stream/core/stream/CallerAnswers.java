package io.s3stream.core.stream;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.StackRoom;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only place where futures leave a store. Each caller gets its own future, which it may complete, cancel or
 * obtrude. The engine chains effects on its own future, before the copy [R43]. When the store closes, all copies are
 * completed. The engine's future might never complete: object storage may never answer, or a context may have stopped
 * [L14]. Thread-safe.
 */
public class CallerAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(CallerAnswers.class);

    private final Executor callbacks;
    private final AtomicLong calls = new AtomicLong();
    /** By number of the call, so that a simulation ends the calls in the same order each time. */
    private final Map<Long, Pending<?>> pending = new ConcurrentHashMap<>();

    private volatile @Nullable StreamException closed;

    /** @param callbacks executor that completes the callers' futures */
    public CallerAnswers(Executor callbacks) {
        this.callbacks = callbacks;
    }

    /**
     * Makes a call of the API. An exception becomes a failed future: callers look in one place for errors.
     *
     * @param call makes the caller's future
     */
    public final <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> call) {
        StackRoom.require();
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(Failures.asStreamException("call failed", e));
        }
    }

    /**
     * Returns a future that completes like {@code effect}, without the wrappers that futures add. Unless {@code effect}
     * is already complete, it completes on the callback executor.
     *
     * @param effect completes independently of the caller
     */
    public <T> CompletableFuture<T> of(CompletableFuture<T> effect) {
        return of(effect, left -> {});
    }

    /**
     * Like {@link #of(CompletableFuture)}, for a value that holds a resource.
     *
     * @param over called once when the effect has completed: with the value if the caller has abandoned it, otherwise
     *     with null
     */
    public <T> CompletableFuture<T> of(CompletableFuture<T> effect, Consumer<@Nullable T> over) {
        if (effect.isDone()) { // asked once: another thread may complete the effect now
            over.accept(null);
            return completed(effect);
        }
        Pending<T> call = new Pending<>(effect, new CompletableFuture<>(), over);
        long number = calls.getAndIncrement();
        pending.put(number, call);
        call.answer().whenComplete((value, error) -> pending.remove(number));
        effect.whenComplete((value, error) -> onCallbacks(() -> answer(call, value, error)));
        StreamException reason = closed;
        if (reason != null) {
            end(call, reason);
        }
        return call.answer();
    }

    /**
     * Like {@link #of(CompletableFuture)}, for a wait without effect.
     *
     * @param wait belongs to this caller alone; cancelled when the caller abandons it
     */
    public <T> CompletableFuture<T> ofWait(CompletableFuture<T> wait) {
        CompletableFuture<T> answer = of(wait);
        answer.whenComplete((value, error) -> {
            if (!wait.isDone()) {
                StackRoom.require(); // first: the caller may cancel at any depth of its stack
                wait.cancel(false);
            }
        });
        return answer;
    }

    /** Fails pending and later calls with the reason, because the store is closed. */
    public final void end(StreamException reason) {
        closed = reason;
        pending.values().forEach(call -> end(call, reason));
    }

    private void end(Pending<?> call, StreamException reason) {
        if (!call.effect().isDone()) { // otherwise its own answer follows
            onCallbacks(() -> call.answer().completeExceptionally(reason));
        }
    }

    private <T> void answer(Pending<T> call, T value, @Nullable Throwable error) {
        if (error == null) {
            call.over().accept(call.answer().complete(value) ? null : value);
            return;
        }
        call.answer().completeExceptionally(asAnswer(error));
        call.over().accept(null);
    }

    private StreamException asAnswer(Throwable error) {
        StreamException cause = Failures.asStreamException("call failed", error);
        StreamException reason = closed;
        // A request that fails because its storage was closed is no failure of the storage.
        return reason != null && cause instanceof StorageException ? reason : cause;
    }

    /** @param effect is complete */
    private <T> CompletableFuture<T> completed(CompletableFuture<T> effect) {
        try {
            return CompletableFuture.completedFuture(effect.join());
        } catch (CompletionException | CancellationException e) {
            return CompletableFuture.failedFuture(asAnswer(e));
        }
    }

    private void onCallbacks(Runnable task) {
        try {
            callbacks.execute(task);
        } catch (RuntimeException | Error e) { // executor of the host
            LOG.warn("the callback executor refuses tasks; completing a future on a thread of the engine", e);
            task.run();
        }
    }

    private record Pending<T>(CompletableFuture<T> effect, CompletableFuture<T> answer, Consumer<@Nullable T> over) {}
}
