package io.s3stream.core.runtime;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Daemon threads with a name that says whose they are. */
final class NamedThreads implements ThreadFactory {

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
    public Thread newThread(Runnable task) {
        int number = count.getAndIncrement();
        Thread thread = new Thread(task, number == 0 ? name : name + "-" + number);
        thread.setDaemon(true);
        thread.setContextClassLoader(contextClassLoader);
        return thread;
    }
}
