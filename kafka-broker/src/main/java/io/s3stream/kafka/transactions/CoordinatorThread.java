package io.s3stream.kafka.transactions;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The single thread that owns the states of all transactions. Tasks run in order and must not block. Thread-safe. */
final class CoordinatorThread implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorThread.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread created = new Thread(task, "kafka-transactions");
        created.setDaemon(true);
        return created;
    });

    /** Runs a task. Throws after {@link #close}, so that a future that depends on the task fails. */
    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    /** Runs a task, and logs its exception. Does nothing after {@link #close}. */
    void run(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("the coordinator is closed", e);
        }
    }

    /** Runs a task after a delay. Does nothing after {@link #close}. */
    void runAfter(Duration delay, Runnable task) {
        try {
            thread.schedule(() -> guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the coordinator is closed", e);
        }
    }

    /** Runs a task again and again. */
    void repeat(Duration interval, Runnable task) {
        thread.scheduleWithFixedDelay(
                () -> guarded(task), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Makes a call on the thread. The future fails as the call does, and after {@link #close}. */
    <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> call) {
        try {
            return CompletableFuture.supplyAsync(call, thread).thenCompose(result -> result);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a task of the transaction coordinator failed", e);
        }
    }

    /** Runs no further task. Does not wait for the running task. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
