package io.s3stream.benchmarks.peers.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Commits the waiting appends in groups, on threads of its own. A thread takes all waiting appends up to a maximum,
 * commits them at once, and acknowledges them. The lock guards the waiting appends; each thread owns its group.
 */
public final class GroupCommit implements AutoCloseable {

    /** Makes a group durable. */
    @FunctionalInterface
    public interface Commit {

        /**
         * Writes {@code records} records and returns when they are durable. Called by one thread at a time for each
         * number of a thread.
         */
        void commit(int thread, int records) throws Exception;
    }

    private final Commit commit;
    private final int maxRecords;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<Thread> threads = new ArrayList<>();
    private final ArrayDeque<Ack> waiting = new ArrayDeque<>();
    private boolean closed;

    /** @param maxRecords of a group */
    public GroupCommit(int threadCount, int maxRecords, Commit commit) {
        this.commit = commit;
        this.maxRecords = maxRecords;
        for (int i = 0; i < threadCount; i++) {
            int number = i;
            Thread thread = new Thread(() -> run(number), "commit-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    public void add(Ack ack) {
        lock.lock();
        try {
            waiting.add(ack);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run(int number) {
        List<Ack> group = new ArrayList<>();
        while (take(group)) {
            try {
                commit.commit(number, group.size());
                group.forEach(Ack::durable);
            } catch (Exception | Error e) {
                group.forEach(ack -> ack.failed(e));
            }
            group.clear();
        }
    }

    /** Moves waiting appends to the group. Returns false at the end. */
    private boolean take(List<Ack> group) {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (closed) {
                    return false;
                }
                arrived.awaitUninterruptibly();
            }
            while (!waiting.isEmpty() && group.size() < maxRecords) {
                group.add(waiting.remove());
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Commits the rest, and returns when the threads have ended. */
    @Override
    public void close() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
