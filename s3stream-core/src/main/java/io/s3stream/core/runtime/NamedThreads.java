package io.s3stream.core.runtime;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Daemon threads with a name that says whose they are, and nothing of the thread that happens to start them: neither its
 * group, which a host may interrupt as a whole, nor its priority or inheritable thread locals, which would keep the host's
 * objects alive.
 */
final class NamedThreads implements ThreadFactory {

    private static final ThreadGroup GROUP = outermost(Thread.currentThread().getThreadGroup());

    private final String name;
    private final @Nullable ClassLoader contextClassLoader;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Threads of the engine. Their context class loader is the library's own: that of the host's thread which happens to
     * start them may not know what the library and its object storage client look up by name.
     */
    static NamedThreads ofEngine(String name) {
        return new NamedThreads(name, NamedThreads.class.getClassLoader());
    }

    /** Threads that run the host's code, with the context class loader of the thread that calls this. */
    static NamedThreads ofHost(String name) {
        return new NamedThreads(name, Thread.currentThread().getContextClassLoader());
    }

    private NamedThreads(String name, @Nullable ClassLoader contextClassLoader) {
        this.name = name;
        this.contextClassLoader = contextClassLoader;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // back to the normal one: nothing relies on it
    public Thread newThread(Runnable task) {
        int number = count.getAndIncrement();
        Thread thread = new Thread(GROUP, task, number == 0 ? name : name + "-" + number, 0, false);
        thread.setDaemon(true);
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setContextClassLoader(contextClassLoader);
        return thread;
    }

    private static ThreadGroup outermost(ThreadGroup group) {
        ThreadGroup parent = group.getParent();
        return parent == null ? group : outermost(parent);
    }
}
