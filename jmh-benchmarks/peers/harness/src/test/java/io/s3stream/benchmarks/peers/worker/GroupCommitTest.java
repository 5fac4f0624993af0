package io.s3stream.benchmarks.peers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

    @Test
    void appendsThatWaitDuringACommitShareTheNextUpToTheLimit() throws Exception {
        CountDownLatch firstBegan = new CountDownLatch(1);
        CountDownLatch mayFinish = new CountDownLatch(1);
        List<Integer> groups = new CopyOnWriteArrayList<>();
        CountDownLatch durable = new CountDownLatch(6);
        try (GroupCommit commits = new GroupCommit(1, 3, (thread, records) -> {
            groups.add(records);
            firstBegan.countDown();
            mayFinish.await();
        })) {
            commits.add(counting(durable));
            firstBegan.await();
            for (int i = 0; i < 5; i++) {
                commits.add(counting(durable));
            }
            assertEquals(6, durable.getCount(), "durable before the commit returned");
            mayFinish.countDown();
        }
        assertEquals(List.of(1, 3, 2), groups);
        assertEquals(0, durable.getCount());
    }

    @Test
    void failureOfACommitFailsItsAppendsAndNoOthers() throws Exception {
        IOException cause = new IOException("device");
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch failed = new CountDownLatch(1);
        CountDownLatch durable = new CountDownLatch(1);
        List<Integer> groups = new CopyOnWriteArrayList<>();
        try (GroupCommit commits = new GroupCommit(1, 1, (thread, records) -> {
            groups.add(records);
            if (groups.size() == 1) {
                throw cause;
            }
        })) {
            commits.add(new Ack() {
                @Override
                public void durable() {
                    durable.countDown();
                }

                @Override
                public void failed(Throwable reason) {
                    failure.set(reason);
                    failed.countDown();
                }
            });
            failed.await();
            assertEquals(1, durable.getCount());
            commits.add(counting(durable));
        }
        assertSame(cause, failure.get());
        assertTrue(durable.getCount() == 0);
    }

    private static Ack counting(CountDownLatch durable) {
        return new Ack() {
            @Override
            public void durable() {
                durable.countDown();
            }

            @Override
            public void failed(Throwable cause) {
                throw new AssertionError(cause);
            }
        };
    }
}
