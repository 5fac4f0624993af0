package io.s3stream.kafka.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CloseReason;
import io.s3stream.kafka.partition.FakeLogs;
import io.s3stream.kafka.partition.FakeStream;
import io.s3stream.kafka.producers.TransactionMarker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.server.common.TransactionVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No answer and no marker leaves a coordinator before its state is durable. */
class WriteAheadTest {

    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
    private static final TransactionalProducer PRODUCER = new TransactionalProducer("id", 1, (short) 3);

    private final FakeStream stream = new FakeStream();
    private final List<TransactionMarker> markers = new CopyOnWriteArrayList<>();
    private final CoordinatorThread thread = new CoordinatorThread();
    private final AtomicBoolean isLed = new AtomicBoolean(true);
    private final Transitions transitions =
            new Transitions(thread, this::send, java.time.Clock.systemUTC(), partition -> isLed.get());
    private final TransactionMetadata metadata = new TransactionMetadata(
            "id",
            1,
            -1,
            -1,
            (short) 3,
            (short) -1,
            1000,
            TransactionState.ONGOING,
            new HashSet<>(Set.of(PARTITION)),
            1,
            1,
            TransactionVersion.TV_2);
    private final StatePartition partition = partition();

    private StatePartition partition() {
        var log = FakeLogs.on(new TopicPartition(TransactionCoordinator.TOPIC, 0), stream);
        return new StatePartition(StateLog.load(log, thread, Long.MAX_VALUE).join());
    }

    private CompletableFuture<Map<TopicPartition, Errors>> send(TransactionMarker marker, Set<TopicPartition> to) {
        markers.add(marker);
        Map<TopicPartition, Errors> outcomes = new HashMap<>();
        to.forEach(sent -> outcomes.put(sent, Errors.NONE));
        return CompletableFuture.completedFuture(outcomes);
    }

    @AfterEach
    void stop() {
        thread.close();
    }

    private CompletableFuture<ProducerResult> commit() {
        CompletableFuture<ProducerResult> ended = new CompletableFuture<>();
        onThread(() -> transitions
                .end(partition, metadata, TransactionRules.endV2(metadata, PRODUCER, true, true, -1, 5))
                .thenAccept(ended::complete));
        return ended;
    }

    /** Runs a task on the coordinator's thread, and waits for it. */
    private void onThread(Runnable task) {
        thread.call(() -> {
                    task.run();
                    return CompletableFuture.completedFuture(true);
                })
                .join();
    }

    @Test
    void answerAndMarkersFollowTheDurableState() {
        CompletableFuture<ProducerResult> ended = commit();
        onThread(() -> {});
        assertThat(stream.batches).hasSize(1);
        assertThat(ended).isNotDone();
        assertThat(markers).isEmpty();
        assertThat(metadata.state()).isEqualTo(TransactionState.ONGOING);
        stream.confirm();
        assertThat(ended.join()).isEqualTo(new ProducerResult(Errors.NONE, 1, (short) 4));
        onThread(() -> {});
        assertThat(markers)
                .singleElement()
                .satisfies(marker -> assertThat(marker.isCommit()).isTrue());
        onThread(() -> {});
        assertThat(stream.batches).as("the complete state is written, too").hasSize(2);
        assertThat(metadata.state())
                .as("and not applied before it is durable")
                .isEqualTo(TransactionState.PREPARE_COMMIT);
        stream.confirm();
        onThread(() -> {});
        assertThat(metadata.state()).isEqualTo(TransactionState.COMPLETE_COMMIT);
    }

    @Test
    void failedAppendIsAnErrorWithoutMarkersAndTheRequestCanBeRepeated() {
        stream.end(CloseReason.Cause.FAILED);
        assertThat(commit().join().error()).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        assertThat(markers).isEmpty();
        assertThat(metadata.pendingTransitionInProgress()).isFalse();
        assertThat(metadata.state()).isEqualTo(TransactionState.ONGOING);
    }

    @Test
    void replacedCoordinatorAnswersNotCoordinator() {
        CompletableFuture<ProducerResult> ended = commit();
        isLed.set(false);
        stream.confirm();
        assertThat(ended.join().error()).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(markers).isEmpty();
    }
}
