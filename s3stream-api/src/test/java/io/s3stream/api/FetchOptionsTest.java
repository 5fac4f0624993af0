package io.s3stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.InvalidRequestException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FetchOptionsTest {

    @Test
    void noWaitAnswersAtOnceWithAnyBytes() {
        assertThat(FetchOptions.NO_WAIT).isEqualTo(new FetchOptions(Duration.ZERO, 1));
    }

    @Test
    void longPollWaitsForAnyBytes() {
        FetchOptions options = FetchOptions.longPoll(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(options.maxWait()).isEqualTo(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(options.minBytes()).isEqualTo(1);
    }

    @Test
    void limitIsHardOnRequestOnly() {
        assertThat(FetchOptions.NO_WAIT.hardLimit()).isFalse();
        FetchOptions hard = new FetchOptions(Duration.ofSeconds(1), 7).withHardLimit();
        assertThat(hard).isEqualTo(new FetchOptions(Duration.ofSeconds(1), 7, true));
    }

    @Test
    void negativeWaitIsRefused() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> FetchOptions.longPoll(Duration.ofNanos(-1)))
                .withMessageContaining("maxWait=PT-0.000000001S");
    }

    @Test
    void minimumBelowOneByteIsRefused() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new FetchOptions(Duration.ZERO, 0))
                .withMessageContaining("minBytes=0");
    }

    @Test
    void fetchedBatchEndsWhereNextBegins() {
        assertThat(new FetchedBatch(1L << 40, 5, 0, 1, ByteBuffer.allocate(1)).endOffset())
                .isEqualTo((1L << 40) + 5);
    }
}
