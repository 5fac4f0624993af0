package io.s3stream.core.append.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TailWaitersTest {

    private static final long NEVER = Long.MAX_VALUE;

    private final TailWaiters waiters = new TailWaiters();

    @Test
    void waiterIsWokenByItsOffsetOrByItsBytes() {
        CompletableFuture<Void> byOffset = waiters.add(10, 1000);
        CompletableFuture<Void> byBytes = waiters.add(100, 500);
        CompletableFuture<Void> byNeither = waiters.add(NEVER, NEVER);

        waiters.wake(9, 499);
        assertThat(List.of(byOffset, byBytes, byNeither)).noneMatch(CompletableFuture::isDone);
        waiters.wake(10, 499);
        assertThat(byOffset).isCompleted();
        assertThat(byBytes).isNotDone();
        waiters.wake(11, 500);
        assertThat(byBytes).isCompleted();
        waiters.wake(1000, 5000);
        assertThat(byNeither).isNotDone();
    }

    @Test
    void cancelledWaiterIsRemovedAndOthersStay() {
        CompletableFuture<Void> gone = waiters.add(5, NEVER);
        CompletableFuture<Void> other = waiters.add(5, NEVER);
        gone.cancel(false);
        waiters.wake(5, 0);

        assertThat(gone).isCancelled();
        assertThat(other).isCompleted();
    }

    @Test
    void closeFailsAllWaiters() {
        CompletableFuture<Void> one = waiters.add(5, NEVER);
        CompletableFuture<Void> another = waiters.add(NEVER, 5);
        waiters.failAll(new IllegalStateException("over"));

        assertThat(one).isCompletedExceptionally();
        assertThat(another).isCompletedExceptionally();
        waiters.wake(5, 5);
    }

    @Test
    void manyWaitersAreWokenExactlyWhenSatisfied() {
        Random random = new Random(1);
        record Waiting(long offset, long bytes, CompletableFuture<Void> future) {}
        List<Waiting> all = new ArrayList<>();
        long offset = 0;
        long bytes = 0;
        for (int step = 0; step < 2000; step++) {
            if (random.nextInt(3) > 0) {
                long at = offset + 1 + random.nextInt(50);
                long size = random.nextBoolean() ? NEVER : bytes + 1 + random.nextInt(5000);
                all.add(new Waiting(at, size, waiters.add(at, size)));
            }
            if (random.nextInt(10) == 0 && !all.isEmpty()) {
                all.remove(random.nextInt(all.size())).future().cancel(false);
            }
            offset += random.nextInt(4);
            bytes += random.nextInt(300);
            waiters.wake(offset, bytes);
            for (Waiting waiting : all) {
                boolean satisfied = waiting.offset() <= offset || waiting.bytes() <= bytes;
                assertThat(waiting.future().isDone()).isEqualTo(satisfied);
            }
            all.removeIf(waiting -> waiting.future().isDone());
        }
    }
}
