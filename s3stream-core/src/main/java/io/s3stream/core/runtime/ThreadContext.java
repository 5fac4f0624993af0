package io.s3stream.core.runtime;

import io.s3stream.spi.runtime.SerialContext;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs tasks in the order of their handover. The first task starts it. Once released, it ends when it is
 * idle, and a late task starts another thread. Handing over is lock-free, because the caller may be at the end of its
 * stack. An Error there must not leave a lock behind: that would stop the context for all others. Once closed, it drops
 * later tasks.
 */
final class ThreadContext implements SerialContext, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadContext.class);

    private final String name;
    private final ThreadFactory threads;
    private final Consumer<ThreadContext> onRelease;
    private final AtomicBoolean isStarted = new AtomicBoolean();
    private final AtomicReference<@Nullable Node> newest = new AtomicReference<>();

    /** Whether waking the thread for a task has failed. */
    private volatile boolean owesWakeUp;

    private volatile @Nullable Thread thread;
    private volatile boolean released;
    private volatile boolean closed;

    private static final class Node {
        private final Runnable task;
        private @Nullable Node next; // the task handed over before; the thread reverses the list

        Node(Runnable task) {
            this.task = task;
        }
    }

    /** @param onRelease called when the context is released */
    ThreadContext(String name, ThreadFactory threads, Consumer<ThreadContext> onRelease) {
        this.name = name;
        this.threads = threads;
        this.onRelease = onRelease;
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            LOG.debug("task dropped in context {}, the runtime is closed", name);
            return;
        }
        Node node = new Node(task);
        Node before;
        do {
            before = newest.get();
            node.next = before;
        } while (!newest.compareAndSet(before, node));
        if (before == null || owesWakeUp) {
            owesWakeUp = false; // before the wake-up, so that the next caller sees a failure recorded after it
            try {
                wake();
            } catch (Throwable e) {
                owesWakeUp = true;
                throw e;
            }
        }
    }

    @Override
    public void release() {
        released = true;
        LockSupport.unpark(thread);
        onRelease.accept(this);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void wake() {
        if (isStarted.compareAndSet(false, true)) {
            try {
                Thread next = threads.newThread(this::runTasks);
                thread = next;
                next.start();
            } catch (Throwable e) {
                isStarted.set(false);
                throw e;
            }
        } else {
            LockSupport.unpark(thread);
        }
    }

    private void runTasks() {
        while (true) {
            Node node = takeAll();
            if (node != null) {
                run(node);
            } else if (closed || released) {
                isStarted.set(false); // first: a late task then starts a thread, or is seen below
                if (newest.get() == null || !isStarted.compareAndSet(false, true)) {
                    return;
                }
            } else {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    LOG.debug("context {} ignores an interrupt", name);
                }
            }
        }
    }

    private void run(Node first) {
        for (Node node = first; node != null; node = node.next) {
            try {
                node.task.run();
            } catch (Throwable e) { // an Error would end the thread
                LOG.error("a task of context {} failed", name, e);
            }
        }
    }

    /** Returns the tasks handed over since the last call, oldest first. */
    private @Nullable Node takeAll() {
        Node oldest = null;
        for (Node node = newest.getAndSet(null); node != null; ) {
            Node before = node.next;
            node.next = oldest;
            oldest = node;
            node = before;
        }
        return oldest;
    }
}
