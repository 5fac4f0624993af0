package io.s3stream.benchmarks.peers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.Recorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProducerTest {

    private static final int WINDOW = 8;

    private final FakeJournal journal = new FakeJournal();
    private final Recorder latencies = new Recorder(3);
    private final Producer producer = new Producer(0, journal, WINDOW, 0, latencies);

    @AfterEach
    void endThread() {
        producer.release();
    }

    @Test
    void neverMoreThanTheWindowIsInFlight() throws Exception {
        producer.start();
        for (int round = 0; round < 1000; round++) {
            journal.awaitPending(WINDOW);
            journal.acknowledge(WINDOW / 2); // the producer wakes when half of its window is durable
        }
        assertEquals(1000 * WINDOW / 2, producer.durableRecords());
        stop(producer);
        assertTrue(journal.maxPending <= WINDOW, "in flight: " + journal.maxPending);
        assertNull(producer.failure());
    }

    @Test
    void failureOfAnAppendEndsTheProducer() throws Exception {
        IllegalStateException cause = new IllegalStateException("device");
        producer.start();
        journal.awaitPending(1);
        journal.take().failed(cause);
        producer.stop();

        assertSame(cause, producer.failure());
    }

    @Test
    void latenciesAreRecordedOnlyWithARate() throws Exception {
        producer.start();
        journal.awaitPending(WINDOW);
        stop(producer);
        assertEquals(0, latencies.getIntervalHistogram().getTotalCount());

        FakeJournal second = new FakeJournal();
        Producer paced = new Producer(0, second, WINDOW, 1, latencies);
        paced.start();
        second.awaitPending(WINDOW);
        Thread acknowledging = second.acknowledgeAll();
        paced.stop();
        second.end();
        acknowledging.join();
        paced.release();
        assertEquals(paced.durableRecords(), latencies.getIntervalHistogram().getTotalCount());
        assertTrue(paced.durableRecords() >= WINDOW);
    }

    private void stop(Producer running) throws InterruptedException {
        Thread acknowledging = journal.acknowledgeAll();
        running.stop();
        journal.end();
        acknowledging.join();
    }

    /** Keeps appends until the test acknowledges them. The monitor guards all state. */
    private static final class FakeJournal implements Journal {

        private final Queue<Ack> pending = new ArrayDeque<>();
        private final CountDownLatch ended = new CountDownLatch(1);
        private int maxPending;

        @Override
        public synchronized void append(int number, Ack ack) {
            pending.add(ack);
            maxPending = Math.max(maxPending, pending.size());
            notifyAll();
        }

        synchronized void awaitPending(int count) throws InterruptedException {
            while (pending.size() < count) {
                wait();
            }
        }

        synchronized Ack take() {
            return pending.remove();
        }

        void acknowledge(int count) {
            for (int i = 0; i < count; i++) {
                take().durable();
            }
        }

        Thread acknowledgeAll() {
            Thread thread = new Thread(() -> {
                while (ended.getCount() > 0) {
                    Ack ack;
                    synchronized (this) {
                        ack = pending.poll();
                    }
                    if (ack == null) {
                        Thread.onSpinWait();
                    } else {
                        ack.durable();
                    }
                }
            });
            thread.start();
            return thread;
        }

        void end() {
            ended.countDown();
        }

        @Override
        public void close() {}
    }
}
