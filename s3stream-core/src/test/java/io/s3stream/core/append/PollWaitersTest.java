package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.append.waiting.GrowthWaiters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The cost of acknowledgements with a thousand long polls on one stream, in tasks and completed futures. */
class PollWaitersTest {

    private static final int POLLS = 1000;
    private static final int ACKS = 1000;
    private static final int BYTES = 10;

    private final StreamTail tail = new StreamTail(1, 1, 0);
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> polls = new ArrayList<>();
    private int submitted;
    private int woken;

    private void execute(Runnable task) {
        submitted++;
        tasks.add(task);
    }

    private void poll(long end, long bytes) {
        CompletableFuture<Void> poll = tail.whenReadable(tail.confirmOffset(), end, bytes, this::execute);
        poll.whenComplete((nothing, error) -> woken++);
        polls.add(poll);
    }

    private void acknowledge() {
        tail.confirm(tail.confirmOffset() + 1, BYTES);
        tail.wakeWaiters();
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void acknowledgementsWithoutSatisfiedPollCostNothing() {
        for (int i = 0; i < POLLS; i++) {
            poll(Long.MAX_VALUE, (long) BYTES * ACKS + 1 + i);
        }
        for (int i = 0; i < ACKS; i++) {
            acknowledge();
        }
        assertThat(submitted).isZero();
        assertThat(woken).isZero();
    }

    /** The waits of a thousand callers for data of many streams, each with a mark on this stream. */
    @Test
    void acknowledgementsBelowAllMarksCostNothingAndOneTaskWakesAllReached() {
        GrowthWaiters growth = tail.growth(this::execute);
        for (int i = 0; i < POLLS; i++) {
            growth.await(
                    new GrowthWaiters.Waiter() {
                        @Override
                        protected void wake() {
                            woken++;
                        }
                    },
                    (long) BYTES * ACKS + (i < POLLS / 2 ? 1 : Long.MAX_VALUE / 2));
        }
        for (int i = 0; i < ACKS; i++) {
            acknowledge();
        }
        assertThat(submitted).isZero();
        acknowledge();
        acknowledge();
        assertThat(submitted).isEqualTo(1);
        assertThat(woken).isZero();
        runTasks();
        assertThat(woken).isEqualTo(POLLS / 2);
        tail.end(new StoreClosedException("closed"));
        assertThat(woken).isEqualTo(POLLS);
        assertThat(growth.size()).isZero();
    }

    @Test
    void acknowledgementsThatSatisfyAllPollsCostOneTaskTogether() {
        for (int i = 0; i < POLLS; i++) {
            poll(Long.MAX_VALUE, 1);
        }
        for (int i = 0; i < ACKS; i++) {
            acknowledge();
        }
        assertThat(submitted).isEqualTo(1);
        assertThat(woken).as("no poll is woken by the acknowledgement itself").isZero();
        runTasks();
        assertThat(woken).isEqualTo(POLLS);
    }

    @Test
    void eachAcknowledgementWakesExactlyTheSatisfiedPolls() {
        for (int i = 1; i <= POLLS; i++) {
            if (i % 2 == 0) {
                poll(i, Long.MAX_VALUE / 2);
            } else {
                poll(Long.MAX_VALUE, (long) i * BYTES);
            }
        }
        for (int i = 1; i <= POLLS; i++) {
            acknowledge();
            runTasks();
            assertThat(woken).isEqualTo(i);
            assertThat(polls.get(i - 1)).isCompleted();
        }
        assertThat(submitted).isEqualTo(POLLS);
    }

    @Test
    void pollAddedDuringPendingTaskIsWokenByIt() {
        poll(Long.MAX_VALUE, 1);
        acknowledge();
        poll(Long.MAX_VALUE, 1);
        acknowledge();
        runTasks();
        assertThat(submitted).isEqualTo(1);
        assertThat(polls).allSatisfy(poll -> assertThat(poll).isCompleted());
    }
}
