package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.testkit.proxy.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A single odd answer does not fail the opening of a storage. A lasting one does, with its reason. [R44] */
class OddAnswersAtOpeningTest extends OddAnswers {

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {
                "UNAVAILABLE",
                "LOST_ANSWER",
                "EXECUTED_THEN_500",
                "DUPLICATED",
                "EXPIRED_TOKEN",
                "ACCESS_DENIED",
                "NO_ETAG",
                "CONDITION_NOT_FOUND",
                "CONDITION_BAD_REQUEST",
                "CONDITION_CONFLICT",
                "RESET",
                "CLOCK_SKEW",
                "REDIRECT"
            })
    void openingSurvivesOddAnswerDuringProbe(Fault fault) {
        faults.next(fault, 1, "PUT", "/meta/probe/");
        S3Mock.open(uri(), UnpooledByteBufAllocator.DEFAULT).close();
        assertThat(faults.left()).isZero();
    }

    @Test
    void openingIsRefusedWithinSecondsWhenAccessIsDenied() {
        faults.next(Fault.ACCESS_DENIED, 100_000, "PUT", "");
        assertThatThrownBy(() -> S3Mock.open(uri(), UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("no permission", "bucket=" + S3Mock.BUCKET);
    }

    @Test
    void openingNamesExpiredCredentials() {
        faults.next(Fault.EXPIRED_TOKEN, 100_000, "GET", "");
        assertThatThrownBy(() -> S3Mock.open(uri(), UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("credentials have expired");
    }

    @Test
    void openingNamesStoreWithoutConditionalWrites() {
        faults.next(Fault.CONDITION_NOT_FOUND, 100_000, "PUT", "");
        assertThatThrownBy(() -> S3Mock.open(uri(), UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no reliable conditional writes");
    }
}
