package io.s3stream.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The violations that the checker must find. */
class StreamHistoryTest {

    private final StreamHistory history = new StreamHistory(1);
    private final StreamHistory.Handle handle = history.opened(0, 0);

    @Test
    void confirmOffsetNeverDecreases() {
        history.looked(handle, 0, 5);
        assertThatThrownBy(() -> history.looked(handle, 0, 4)).hasMessageContaining("went back");
    }

    @Test
    void confirmOffsetIsNotBehindAcknowledgements() {
        history.acknowledged(handle, history.appended(0, 3, bytes(1)));
        assertThatThrownBy(() -> history.looked(handle, 0, 2)).hasMessageContaining("was acknowledged");
    }

    @Test
    void fetchBeforeConfirmOffsetReturnsBatches() {
        assertThatThrownBy(() -> history.fetched(0, 3, 3, result(0))).hasMessageContaining("gave nothing");
        history.fetched(3, 3, 3, result(3));
    }

    @Test
    void fetchReturnsNothingPastConfirmOffset() {
        history.appended(0, 3, bytes(1));
        FetchResult result = result(3, new FetchedBatch(0, 3, 0, 1, ByteBuffer.wrap(bytes(1))));
        assertThatThrownBy(() -> history.fetched(0, 0, 2, result)).hasMessageContaining("is confirmed");
    }

    @Test
    void batchInsideOtherIsNoticed() {
        history.acknowledged(handle, history.appended(0, 3, bytes(1)));
        StreamHistory.Handle other = history.opened(0, 3);
        history.appended(3, 1, bytes(2));
        FetchResult shifted = result(3, new FetchedBatch(1, 2, 0, 1, ByteBuffer.wrap(bytes(1))));
        assertThatThrownBy(() -> history.fetched(1, 3, 3, shifted)).hasMessageContaining("no append wrote");
        history.looked(other, 0, 3);
    }

    @Test
    void seenAppendCannotBecomeNotWritten() {
        StreamHistory.Attempt attempt = history.appended(0, 3, bytes(1));
        history.fetched(0, 3, 3, result(3, new FetchedBatch(0, 3, 0, 1, ByteBuffer.wrap(bytes(1)))));
        assertThatThrownBy(() -> history.notWritten(attempt)).hasMessageContaining("after it had been seen");
    }

    @Test
    void trimmedAppendIsNotMissing() {
        StreamHistory.Attempt attempt = history.appended(0, 3, bytes(1));
        assertThat(history.isMissing(attempt)).isTrue();
        history.trimRequested(3);
        assertThat(history.isMissing(attempt)).isFalse();
    }

    private static byte[] bytes(int value) {
        return new byte[] {(byte) value};
    }

    private static FetchResult result(long next, FetchedBatch... batches) {
        return new FetchResult() {
            @Override
            public List<FetchedBatch> batches() {
                return List.of(batches);
            }

            @Override
            public long nextOffset() {
                return next;
            }

            @Override
            public void close() {}
        };
    }
}
