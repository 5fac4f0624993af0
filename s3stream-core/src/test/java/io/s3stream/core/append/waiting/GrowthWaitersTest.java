package io.s3stream.core.append.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GrowthWaitersTest {

    private final GrowthWaiters waiters = new GrowthWaiters();

    private static final class Counted extends GrowthWaiters.Waiter {
        private long mark;
        private boolean waits;
        private int woken;

        @Override
        protected void wake() {
            woken++;
        }
    }

    @Test
    void waiterIsWokenOnceByItsMark() {
        Counted one = new Counted();
        waiters.await(one, 10);
        waiters.wake(9);
        assertThat(one.woken).isZero();
        waiters.wake(10);
        waiters.wake(11);
        assertThat(one.woken).isEqualTo(1);
        waiters.await(one, 20);
        waiters.await(one, 15); // moves the mark
        assertThat(waiters.size()).isEqualTo(1);
        waiters.wake(15);
        assertThat(one.woken).isEqualTo(2);
        assertThat(waiters.size()).isZero();
    }

    @Test
    void waitersOfEndedStreamAreWoken() {
        Counted one = new Counted();
        Counted other = new Counted();
        waiters.await(one, 10);
        waiters.await(other, Long.MAX_VALUE);
        waiters.wakeAll();
        assertThat(one.woken).isEqualTo(1);
        assertThat(other.woken).isEqualTo(1);
        assertThat(waiters.isReachedBy(Long.MAX_VALUE - 1)).isFalse();
    }

    @Test
    void manyWaitersAreWokenExactlyWhenReached() {
        Random random = new Random(1);
        List<Counted> all = new ArrayList<>();
        long bytes = 0;
        for (int step = 0; step < 3000; step++) {
            Counted waiter =
                    random.nextInt(3) == 0 || all.isEmpty() ? new Counted() : all.get(random.nextInt(all.size()));
            if (random.nextInt(10) == 0) {
                waiters.remove(waiter);
                waiter.waits = false;
            } else {
                waiter.mark = bytes + 1 + random.nextInt(2000);
                waiter.waits = true;
                waiters.await(waiter, waiter.mark);
            }
            if (!all.contains(waiter)) {
                all.add(waiter);
            }
            bytes += random.nextInt(50);
            long now = bytes;
            List<Integer> before = all.stream().map(each -> each.woken).toList();
            if (all.stream().anyMatch(each -> each.waits && each.mark <= now)) {
                assertThat(waiters.isReachedBy(now)).isTrue();
            }
            waiters.wake(now);
            for (int i = 0; i < all.size(); i++) {
                Counted each = all.get(i);
                boolean reached = each.waits && each.mark <= now;
                assertThat(each.woken - before.get(i)).isEqualTo(reached ? 1 : 0);
                each.waits &= !reached;
            }
            assertThat(waiters.isReachedBy(now)).as("exact after a wake-up").isFalse();
            assertThat(waiters.size())
                    .isEqualTo((int) all.stream().filter(each -> each.waits).count());
        }
    }
}
