package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class CallbackQueueTest {

    private final StreamTail tail = new StreamTail(1, 1, 0);
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Long> completed = new ArrayList<>();
    private final CallbackQueue callbacks = new CallbackQueue(this::execute);
    private boolean refuses;

    private void execute(Runnable task) {
        if (refuses) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(task);
    }

    private PendingAppend append(long offset) {
        PendingAppend append = Appends.at(tail, offset);
        append.whenComplete((acknowledged, error) -> completed.add(offset));
        return append;
    }

    @Test
    void appendsCompleteOnExecutorAfterFlush() {
        PendingAppend append = append(3);
        callbacks.complete(List.of(append));
        assertThat(tasks).isEmpty();
        callbacks.flush();
        assertThat(append).isNotDone();

        tasks.remove().run();

        assertThat(append).isCompletedWithValue(3L);
    }

    @Test
    void batchesWaitForOneTaskAndKeepTheirOrder() {
        callbacks.complete(List.of(append(0), append(1)));
        callbacks.flush();
        callbacks.fail(append(2), new IllegalStateException("no"));
        callbacks.complete(List.of(append(3)));
        callbacks.flush();
        assertThat(tasks).hasSize(1);

        tasks.remove().run();

        assertThat(completed).containsExactly(0L, 1L, 2L, 3L);
    }

    /** An executor with many threads could otherwise run two batches at once. */
    @Test
    void batchFlushedDuringTaskIsCompletedByThatTask() {
        PendingAppend first = Appends.at(tail, 0);
        first.thenRun(() -> {
            callbacks.complete(List.of(append(2)));
            callbacks.flush();
        });
        first.thenRun(() -> completed.add(0L));
        callbacks.complete(List.of(first, append(1)));
        callbacks.flush();

        tasks.remove().run();

        assertThat(tasks).isEmpty();
        assertThat(completed).containsExactly(0L, 1L, 2L);
    }

    @Test
    void laterFlushGetsItsOwnTask() {
        callbacks.complete(List.of(append(0)));
        callbacks.flush();
        tasks.remove().run();
        callbacks.complete(List.of(append(1)));
        callbacks.flush();

        tasks.remove().run();

        assertThat(completed).containsExactly(0L, 1L);
    }

    @Test
    void completionsThatExecutorRefusedFollowWithNextFlush() {
        callbacks.complete(List.of(append(0)));
        refuses = true;
        assertThatThrownBy(callbacks::flush).isInstanceOf(RejectedExecutionException.class);
        refuses = false;
        callbacks.complete(List.of(append(1)));
        callbacks.flush();

        tasks.remove().run();

        assertThat(completed).containsExactly(0L, 1L);
    }
}
