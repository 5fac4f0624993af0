package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metrics.StoreMetrics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BrokenStreamsTest {

    private final StreamTail bad = new StreamTail(1, 1, 0);
    private final StreamTail good = new StreamTail(2, 1, 0);
    private final CallbackQueue callbacks = new CallbackQueue(Runnable::run);
    private final BrokenStreams broken = new BrokenStreams(new FailedAppends(
            new MemoryBudget(1 << 20), callbacks, StoreMetrics.none().append()));

    private PendingAppend breaks(long offset) {
        PendingAppend append = Appends.at(bad, offset);
        broken.add(append, new IllegalStateException("buffer was closed"));
        return append;
    }

    private void settle(boolean queueIsEmpty) {
        broken.settle(queueIsEmpty);
        callbacks.flush();
    }

    private static void assertNotWritten(PendingAppend append) {
        assertThat(append)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(AppendFailedException.class, failure -> {
                    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_WRITTEN);
                    assertThat(failure.kind()).isEqualTo(Kind.INVALID);
                });
    }

    @Test
    void brokenStreamRefusesFurtherAppendsAndNamesOffset() {
        breaks(5);

        assertThatThrownBy(bad::checkOpen)
                .isInstanceOf(StreamException.class)
                .hasMessageContaining("stream=1")
                .hasMessageContaining("offset 5")
                .hasMessageContaining("buffer was closed");
    }

    @Test
    void unwritableAppendFailsAfterAllEarlierOnesAreAcknowledged() {
        PendingAppend append = breaks(5);
        bad.confirm(4, 1);
        settle(false);
        assertThat(append).isNotDone();

        bad.confirm(5, 1);
        settle(false);

        assertNotWritten(append);
    }

    @Test
    void laterAppendOfBrokenStreamFailsWithIt() {
        PendingAppend first = breaks(0);
        PendingAppend later = Appends.at(bad, 1);

        assertThat(broken.takes(later)).isTrue();
        settle(true);

        assertNotWritten(first);
        assertNotWritten(later);
    }

    /** A WAL was abandoned after the break, and has returned its frames. */
    @Test
    void returnedAppendBeforeTheBreakIsWritten() {
        breaks(5);

        assertThat(broken.takes(Appends.at(bad, 4))).isFalse();
        assertThat(broken.takes(Appends.at(bad, 6))).isTrue();
    }

    @Test
    void otherStreamContinues() {
        breaks(0);

        assertThat(broken.takes(Appends.at(good, 0))).isFalse();
        good.checkOpen();
    }

    @Test
    void groupWithOneAppendOfBrokenStreamFailsAsWhole() {
        breaks(0);
        PendingAppend innocent = Appends.at(good, 0);

        assertThat(broken.takes(Appends.group(innocent, Appends.at(bad, 1)))).isTrue();
        settle(true);

        assertNotWritten(innocent);
        assertThatThrownBy(good::checkOpen).isInstanceOf(StreamException.class);
    }

    @Test
    void brokenStreamTakesAppendsUntilQueueIsEmpty() {
        breaks(0);
        settle(false);
        assertThat(broken.takes(Appends.at(bad, 1))).isTrue();

        settle(true);
        assertThat(broken.isEmpty()).isTrue();
    }

    @Test
    void failureOfStoreFailsUnwritableAppendsAtOnce() {
        PendingAppend append = breaks(5);

        broken.failAll();
        callbacks.flush();

        assertNotWritten(append);
        assertThat(broken.isEmpty()).isTrue();
    }
}
