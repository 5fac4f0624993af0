package io.s3stream.api.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StreamException.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorKindsTest {

    private static final Throwable CAUSE = new IllegalStateException("cause");

    @Test
    void everySubclassHasItsKind() {
        Map<Kind, StreamException> errors = Map.of(
                Kind.INVALID, new InvalidRequestException("m", CAUSE),
                Kind.NOT_FOUND, new StreamNotFoundException("m", CAUSE),
                Kind.CONFLICT, new ConflictException("m", CAUSE),
                Kind.FENCED, new FencedException("m", CAUSE),
                Kind.BUSY, new StoreBusyException("m", CAUSE),
                Kind.UNAVAILABLE, new StorageException("m", CAUSE),
                Kind.CORRUPTED, new CorruptedDataException("m", CAUSE),
                Kind.CLOSED, new StoreClosedException("m", CAUSE));
        errors.forEach((kind, error) -> {
            assertThat(error.kind()).isEqualTo(kind);
            assertThat(error).hasMessage("m").hasCause(CAUSE);
        });
    }

    @Test
    void causeIsOptional() {
        List<StreamException> errors = List.of(
                new InvalidRequestException("m"),
                new StreamNotFoundException("m"),
                new ConflictException("m"),
                new FencedException("m"),
                new StoreBusyException("m"),
                new StorageException("m"),
                new CorruptedDataException("m"),
                new StoreClosedException("m"),
                new StreamException(Kind.INTERNAL, "m"));
        assertThat(errors).allSatisfy(error -> assertThat(error).hasMessage("m").hasNoCause());
    }

    @Test
    void aConflictCarriesTheFactsThatACallerActsOn() {
        StreamOpenElsewhereException elsewhere = new StreamOpenElsewhereException(7, 2, 5);
        assertThat(elsewhere.streamId()).isEqualTo(7);
        assertThat(elsewhere.nodeId()).isEqualTo(2);
        assertThat(elsewhere.nodeEpoch()).isEqualTo(5);
        assertThat(elsewhere).hasMessageContaining("stream=7: open at node 2 (node epoch 5)");
        StaleEpochException stale = new StaleEpochException(7, 3, 4);
        assertThat(stale.streamId()).isEqualTo(7);
        assertThat(stale.requested()).isEqualTo(3);
        assertThat(stale.current()).isEqualTo(4);
        assertThat(stale).hasMessage("stream=7: epoch 3 is lower than 4, which a caller gave before");
        OffsetConflictException offset = new OffsetConflictException(7, 10, 12);
        assertThat(offset.streamId()).isEqualTo(7);
        assertThat(offset.expected()).isEqualTo(10);
        assertThat(offset.nextOffset()).isEqualTo(12);
        assertThat(offset).hasMessage("stream=7: expected offset 10, the next offset is 12");
        StreamSealedException sealed = new StreamSealedException(7);
        assertThat(sealed.streamId()).isEqualTo(7);
        assertThat(sealed).hasMessageContaining("stream=7: is sealed");
        AlreadyExistsException exists = new AlreadyExistsException("orders", 7);
        assertThat(exists.name()).isEqualTo("orders");
        assertThat(exists.streamId()).isEqualTo(7);
        assertThat(exists).hasMessageContaining("orders");
        assertThat(List.<ConflictException>of(elsewhere, stale, offset, exists, sealed))
                .allSatisfy(error -> assertThat(error.kind()).isEqualTo(Kind.CONFLICT));
    }

    @ParameterizedTest
    @EnumSource
    void onlyTransientErrorsAreRetriable(Kind kind) {
        Set<Kind> retriable = EnumSet.of(Kind.BUSY, Kind.UNAVAILABLE);
        assertThat(new StreamException(kind, "m").isRetriable()).isEqualTo(retriable.contains(kind));
    }

    @ParameterizedTest
    @EnumSource
    void failedAppendIsNeverRetriableAndTellsItsOutcome(Outcome outcome) {
        AppendFailedException error = new AppendFailedException(Kind.UNAVAILABLE, outcome, "stream=1", CAUSE);
        assertThat(error.isRetriable()).isFalse();
        assertThat(error.outcome()).isEqualTo(outcome);
        assertThat(error).hasMessage("stream=1 (outcome " + outcome + ")").hasCause(CAUSE);
    }

    @Test
    void offsetOutOfRangeCarriesBothEnds() {
        OffsetOutOfRangeException error = new OffsetOutOfRangeException(7, 99, 10, Long.MAX_VALUE);
        assertThat(error.startOffset()).isEqualTo(10);
        assertThat(error.confirmOffset()).isEqualTo(Long.MAX_VALUE);
        assertThat(error.kind()).isEqualTo(Kind.INVALID);
        assertThat(error).hasMessageContaining("stream=7 offset=99").hasMessageContaining("[10, " + Long.MAX_VALUE);
    }
}
