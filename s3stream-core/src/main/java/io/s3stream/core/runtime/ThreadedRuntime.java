package io.s3stream.core.runtime;

import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real time and real threads: one for each serial context and one for timers. Callbacks and the listener have one each,
 * unless the host brings an executor. Threads are daemons and named {@code s3stream-<node>-<what>}. Owns every thread
 * it starts.
 */
public final class ThreadedRuntime implements EngineRuntime {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadedRuntime.class);

    private final String prefix;
    private final SecureRandom random = new SecureRandom();
    private final List<ThreadContext> contexts = new CopyOnWriteArrayList<>();
    private final List<ExecutorService> owned = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor timers;
    private final List<CallbackThread> callbackThreads = new ArrayList<>();
    private final Executor callbacks;
    private final Executor listeners;
    private final int spareIoThreads;

    /**
     * @param callbackExecutor the host's, or null for a thread of the library, which also runs callbacks that the
     *     host's rejects
     * @param inlineCallbacks whether I/O threads run callbacks, if there is no executor of the host
     */
    public ThreadedRuntime(int nodeId, @Nullable Executor callbackExecutor, boolean inlineCallbacks) {
        this.prefix = "s3stream-" + nodeId + "-";
        this.timers = new ScheduledThreadPoolExecutor(1, NamedThreads.ofEngine(prefix + "timer"));
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        owned.add(timers);
        Executor ownCallbacks = callbackThread("callback");
        if (callbackExecutor == null) {
            this.callbacks = inlineCallbacks ? new InlineCallbacks(ownCallbacks) : ownCallbacks;
            this.listeners = callbackThread("listener");
        } else {
            this.callbacks = new HostCallbacks(callbackExecutor, callbackThread("handover"), ownCallbacks);
            this.listeners = callbacks;
        }
        this.spareIoThreads = callbacks instanceof InlineCallbacks ? 1 : 0;
    }

    /** Returns the runtime that these options want. */
    public static ThreadedRuntime of(StreamStoreBuilder options) {
        return new ThreadedRuntime(options.nodeId(), options.callbackExecutor(), options.inlineCallbacks());
    }

    private Executor callbackThread(String name) {
        CallbackThread thread = new CallbackThread(prefix + name);
        callbackThreads.add(thread);
        return thread;
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
        ThreadContext context = new ThreadContext(name, NamedThreads.ofEngine(prefix + name), contexts::remove);
        contexts.add(context);
        return context;
    }

    @Override
    public IoExecutor ioExecutor(String name, int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads + spareIoThreads, NamedThreads.ofIo(prefix + name));
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
    public Executor listeners() {
        return listeners;
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
        contexts.forEach(ThreadContext::close);
        callbackThreads.forEach(CallbackThread::close);
    }
}
