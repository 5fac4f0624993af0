package io.s3stream.core.runtime;

import io.s3stream.core.errors.SafeLog;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.spi.runtime.SerialContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs tasks in the order of their handover. The first task starts it. Once released, it ends when it is
 * idle, and a late task starts another thread. Handing over is lock-free, because the caller may be at the end of its
 * stack. An Error there must not leave a lock behind: that would stop the context for all others. Once closed, it drops
 * later tasks.
 *
 * <p>While no thread runs tasks, an I/O thread that hands one over may run it. The thread that has set {@link #isRunning}
 * runs all tasks, and looks for new ones after it has reset the flag. So a task handed over before that look needs no
 * wake-up.
 *
 * <p>Not final, so that a test can break {@link #beginRun} on purpose.
 */
class ThreadContext implements SerialContext, AutoCloseable {

    private static final SafeLog LOG = new SafeLog(LoggerFactory.getLogger(ThreadContext.class));

    private static final VarHandle IS_STARTED;

    static {
        try {
            IS_STARTED = MethodHandles.lookup().findVarHandle(ThreadContext.class, "isStarted", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** An I/O thread looks this often for tasks before it leaves them to the thread of the context. */
    private static final int ROUNDS_OF_IO_THREAD = 4;

    private final String name;
    private final ThreadFactory threads;
    private final Consumer<ThreadContext> onRelease;

    @SuppressWarnings("UnusedVariable") // IS_STARTED reads it
    private volatile boolean isStarted; // reset without a call, which could overflow the stack

    private final AtomicBoolean isRunning = new AtomicBoolean();
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
        handOver(task, null);
    }

    @Override
    public void executeOrRun(Runnable task) {
        IoThread thread = Thread.currentThread() instanceof IoThread io && hasStackForTasks() ? io : null;
        handOver(task, thread);
        if (thread != null) {
            thread.runCallbacks(); // after the wake-up, because they may block
        }
    }

    private static boolean hasStackForTasks() {
        try {
            StackRoom.require();
            return true;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    /** @param thread the calling thread if it may run tasks */
    private void handOver(Runnable task, @Nullable IoThread thread) {
        if (!add(task)) {
            return;
        }
        try { // around all calls: there may be no stack even for the first one
            if (thread == null || !runOn(thread)) {
                wakeUnlessRunning();
            }
        } catch (Throwable e) {
            owesWakeUp = true;
            throw e;
        }
    }

    /** Adds a task. Returns whether it may need a wake-up. */
    private boolean add(Runnable task) {
        if (closed) {
            LOG.debug("task dropped in context {}, the runtime is closed", name);
            return false;
        }
        Node node = new Node(task);
        Node before;
        do {
            before = newest.get();
            node.next = before;
        } while (!newest.compareAndSet(before, node));
        return before == null || owesWakeUp;
    }

    private void wakeUnlessRunning() {
        if (isRunning.get()) {
            return; // it looks for tasks when it has reset the flag
        }
        owesWakeUp = false; // before the wake-up, so that the next caller sees a failure recorded after it
        wake();
    }

    /** Runs tasks on this thread, which calls it. Returns whether none is left behind. */
    private boolean runOn(IoThread thread) {
        thread.enterContext();
        try {
            for (int round = 0; round < ROUNDS_OF_IO_THREAD; round++) {
                if (!runAll()) {
                    return false;
                }
                Thread.interrupted(); // resets the flag, which would close the channel of the thread's next operation
                if (newest.get() == null) {
                    return true;
                }
            }
            return false;
        } finally {
            thread.leaveContext();
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
        if (IS_STARTED.compareAndSet(this, false, true)) {
            try {
                Thread next = threads.newThread(this::runTasks);
                thread = next;
                next.start();
            } catch (Throwable e) {
                isStarted = false;
                throw e;
            }
        } else {
            LockSupport.unpark(thread);
        }
    }

    private void runTasks() {
        while (true) {
            if (newest.get() != null && runAll()) {
                continue;
            }
            if (closed || released) {
                isStarted = false; // first: a late task then starts a thread, or is seen below
                if (newest.get() == null || isRunning.get() || !IS_STARTED.compareAndSet(this, false, true)) {
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

    /** Runs all tasks, unless another thread does. Returns whether this thread did. */
    private boolean runAll() {
        if (!beginRun()) {
            return false;
        }
        try {
            run(takeAll());
        } finally {
            isRunning.set(false);
        }
        return true;
    }

    /** Takes the right to run tasks. Returns false if another thread has it. */
    boolean beginRun() {
        return isRunning.compareAndSet(false, true);
    }

    private void run(@Nullable Node first) {
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
