package io.s3stream.kafka.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CloseReason;
import io.s3stream.kafka.partition.FakeLogs;
import io.s3stream.kafka.partition.FakeStream;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.producers.TransactionMarker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class AppendWatchesTest {

    private final FakeStream stream = new FakeStream();
    private final PartitionLog log = FakeLogs.on(new TopicPartition("topic", 0), stream);
    private final AppendWatches watches = new AppendWatches();

    private CompletableFuture<Void> await() {
        FetchPart part = new FetchPart(
                new PartitionLookup(Errors.NONE, Optional.empty(), Optional.of(log)),
                new FetchPartition(),
                IsolationLevel.READ_COMMITTED);
        return watches.await(List.of(part), Duration.ofMinutes(1).toNanos());
    }

    /** The last stable offset is older than the high watermark, so the reader has not seen all that is before the latter. */
    @Test
    void markerThatBecomesDurableDuringTheLookEndsTheWait() {
        log.appendMarker(new TransactionMarker(1, (short) 0, true, 0, (short) 0));
        stream.afterNextLook = stream::confirm;
        assertThat(await()).isDone();
    }

    @Test
    void waitContinuesWithoutAnAppend() {
        log.appendMarker(new TransactionMarker(1, (short) 0, true, 0, (short) 0));
        assertThat(await()).isNotDone();
    }

    /** A broker forgets an ended log on the thread that may wake the request: the thread must not wait again at once. */
    @Test
    void waitForAPartitionThatHasEndedLeavesItsThread() {
        stream.end(CloseReason.Cause.FAILED);
        CompletableFuture<Void> wait = await();
        assertThat(wait).isNotDone();
        assertThat(wait).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void endOfAPartitionEndsTheWait() {
        CompletableFuture<Void> wait = await();
        assertThat(wait).isNotDone();
        stream.end(CloseReason.Cause.FAILED);
        assertThat(wait).succeedsWithin(Duration.ofSeconds(10));
    }
}
