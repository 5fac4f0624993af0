package io.s3stream.core.runtime;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Creates daemon threads with a name that says whose they are. They inherit nothing of the thread that starts them. A
 * host may interrupt its whole thread group. Inherited thread locals would keep the host's objects in memory.
 */
final class NamedThreads implements ThreadFactory {

    /** Makes a thread. */
    private interface Maker {
        Thread of(Runnable task, String name);
    }

    private static final ThreadGroup GROUP = outermost(Thread.currentThread().getThreadGroup());

    private final String name;
    private final @Nullable ClassLoader contextClassLoader;
    private final Maker maker;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Creates threads of the engine. Their context class loader is the library's own. The loader of the host's starting
     * thread may not find classes that the library and its object storage client look up by name.
     */
    static NamedThreads ofEngine(String name) {
        return new NamedThreads(name, NamedThreads.class.getClassLoader(), NamedThreads::plain);
    }

    /** As {@link #ofEngine}, for threads that may run a serial context. */
    static NamedThreads ofIo(String name) {
        return new NamedThreads(
                name, NamedThreads.class.getClassLoader(), (task, thread) -> new IoThread(GROUP, task, thread));
    }

    /** Creates threads that run the host's code, with the context class loader of the calling thread. */
    static NamedThreads ofHost(String name) {
        return new NamedThreads(name, Thread.currentThread().getContextClassLoader(), NamedThreads::plain);
    }

    private NamedThreads(String name, @Nullable ClassLoader contextClassLoader, Maker maker) {
        this.name = name;
        this.contextClassLoader = contextClassLoader;
        this.maker = maker;
    }

    private static Thread plain(Runnable task, String name) {
        return new Thread(GROUP, task, name, 0, false);
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // resets it to normal: no code relies on priorities
    public Thread newThread(Runnable task) {
        int number = count.getAndIncrement();
        Thread thread = maker.of(task, number == 0 ? name : name + "-" + number);
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
