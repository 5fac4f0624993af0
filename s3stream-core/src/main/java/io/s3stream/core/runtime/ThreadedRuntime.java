package io.s3stream.core.runtime;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real time and real threads: one thread a serial context, one for timers, one for callbacks unless the host brings an
 * executor. Threads are daemons and named {@code s3stream-<node>-<what>}. Owns every thread it starts.
 */
public final class ThreadedRuntime implements EngineRuntime {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadedRuntime.class);

    private static final long RELEASED_KEEP_ALIVE_MILLIS = 1;

    private final String prefix;
    private final SecureRandom random = new SecureRandom();
    private final List<ExecutorService> owned = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor timers;
    private final Executor callbacks;

    /** @param callbackExecutor the host's, or null for a thread of our own, which also runs what the host's refuses */
    public ThreadedRuntime(int nodeId, @Nullable Executor callbackExecutor) {
        this.prefix = "s3stream-" + nodeId + "-";
        this.timers = new ScheduledThreadPoolExecutor(1, NamedThreads.ofEngine(prefix + "timer"));
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        owned.add(timers);
        Executor own = lastingThread("callback");
        this.callbacks = callbackExecutor != null ? hostOr(callbackExecutor, own) : own;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public SerialContext serialContext(String name) {
        return singleThread(name);
    }

    @Override
    public IoExecutor ioExecutor(String name, int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads, NamedThreads.ofEngine(prefix + name));
        owned.add(pool);
        return new ThreadPoolIo(pool, () -> owned.remove(pool));
    }

    @Override
    public Timer schedule(Duration delay, Executor context, Runnable task) {
        try {
            Future<?> future = timers.schedule(
                    () -> context.execute(task), TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("timer dropped, the runtime is closed");
            return () -> false;
        }
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public long randomLong() {
        return random.nextLong();
    }

    @Override
    public void close() {
        for (ExecutorService executor : owned) {
            executor.shutdown();
        }
    }

    /**
     * A thread for callbacks. Once it is gone they run where they arise: an answer that comes while the store closes must
     * still reach whoever waits for it.
     */
    private Executor lastingThread(String name) {
        ExecutorService executor = Executors.newSingleThreadExecutor(NamedThreads.ofHost(prefix + name));
        owned.add(executor);
        return task -> {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                task.run();
            }
        };
    }

    /** A host's executor may be full, or shut down before the store: a callback it refuses must still run. */
    private static Executor hostOr(Executor host, Executor own) {
        return task -> {
            try {
                host.execute(task);
            } catch (RejectedExecutionException e) {
                own.execute(task);
            }
        };
    }

    private SerialContext singleThread(String name) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1,
                1,
                RELEASED_KEEP_ALIVE_MILLIS,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                NamedThreads.ofEngine(prefix + name));
        owned.add(executor);
        return new LoggedContext(executor, name, () -> owned.remove(executor));
    }

    /** A single thread whose tasks' failures are logged, and which drops tasks once the runtime is closed. */
    private record LoggedContext(ThreadPoolExecutor executor, String name, Runnable onRelease)
            implements SerialContext {

        /** The thread ends when it is idle; a late task gets another one for as long as it takes. */
        @Override
        public void release() {
            executor.allowCoreThreadTimeOut(true);
            onRelease.run();
        }

        @Override
        public void execute(Runnable task) {
            try {
                executor.execute(() -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.error("task failed in context {}", name, e);
                    }
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("task dropped in context {}, the runtime is closed", name);
            }
        }
    }
}
