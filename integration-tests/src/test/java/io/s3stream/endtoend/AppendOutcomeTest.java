package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.append.rules.OutcomeRule;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** [R26]: a caller that receives NOT_WRITTEN may append again, so the failed append must never appear later. */
class AppendOutcomeTest {

    private static final RecordBatch WRITTEN = RecordBatch.of(new byte[] {1}, 1);
    private static final RecordBatch FAILED = RecordBatch.of(new byte[] {2}, 1);
    private static final RecordBatch AGAIN = RecordBatch.of(new byte[] {3}, 1);

    @TempDir
    Path dir;

    /** The medium has the frame anyway. The generation's end in the metadata excludes it. */
    @Test
    void notWrittenAppendNeverAppears_R26() {
        FaultyWals wals = new FaultyWals();
        StreamStore store = open(wals);
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(WRITTEN).durable());
        wals.failAfterEffect("/wal?");

        CompletableFuture<Long> failed = stream.append(FAILED).durable();

        assertThat(outcome(failed)).isEqualTo(Outcome.NOT_WRITTEN);
        Stores.abandon(store);
        isFailedAppendThere(failed);
    }

    @Test
    void unansweredAppendIsUnknownAndMayAppear_R26() {
        CompletableFuture<Long> failed = failUnanswered(new FaultyWals());

        assertThat(outcome(failed)).isEqualTo(Outcome.UNKNOWN);
        assertThat(isFailedAppendThere(failed)).as("the append appears").isTrue();
    }

    @Test
    void reportingUnansweredAppendAsNotWrittenIsCaught_R26() {
        CompletableFuture<Long> failed = failUnanswered(new FaultyWals() {
            @Override
            public OutcomeRule outcomeRule() {
                return new OutcomeRule() {
                    @Override
                    public Outcome ofIssued(boolean isSealedBefore) {
                        return Outcome.NOT_WRITTEN;
                    }
                };
            }
        });

        assertThatThrownBy(() -> isFailedAppendThere(failed))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("of an append reported as not written");
    }

    /** The store ends without an answer of its WAL, and without an end of the generation in the metadata. */
    private CompletableFuture<Long> failUnanswered(FaultyWals wals) {
        StreamStore store = open(wals);
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(WRITTEN).durable());
        wals.silence("/wal?");
        CompletableFuture<Long> failed = stream.append(FAILED).durable();
        Stores.abandon(store);
        return failed;
    }

    /**
     * Returns whether the failed append is there after recovery. Fails if it is there and was reported as not written.
     */
    private boolean isFailedAppendThere(CompletableFuture<Long> failed) {
        StreamStore store = open(new FaultyWals());
        Stream stream = Stores.own(store, "a");
        long end = stream.confirmOffset();
        Stores.get(stream.append(AGAIN).durable());
        Stores.scan(stream, 0, 1, 100, batch -> assertThat(batch.payload()).isEqualTo(WRITTEN.payload()));
        Stores.scan(stream, 1, end, 100, batch -> assertThat(batch.payload()).isEqualTo(FAILED.payload()));
        Stores.scan(
                stream, end, end + 1, 100, batch -> assertThat(batch.payload()).isEqualTo(AGAIN.payload()));
        Stores.close(store);
        if (outcome(failed) == Outcome.NOT_WRITTEN) {
            assertThat(end).as("end of an append reported as not written").isEqualTo(1);
        }
        return end > 1;
    }

    private static Outcome outcome(CompletableFuture<Long> failed) {
        return ((AppendFailedException) Stores.failure(() -> failed)).outcome();
    }

    private StreamStore open(FaultyWals wals) {
        return Stores.get(new CoreStoreProvider(wals).open(Stores.in(dir)));
    }
}
