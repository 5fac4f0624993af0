package io.s3stream.kafka.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.partition.PartitionLogs;
import io.s3stream.kafka.producers.TransactionMarker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.common.TransactionVersion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A coordinator that crashes in each state, on a real store. The test plays the leaders of the partitions. */
class CoordinatorRecoveryTest {

    private static final TopicPartition A = new TopicPartition("topic", 0);
    private static final TopicPartition B = new TopicPartition("topic", 1);
    private static final String ID = "id";

    @TempDir
    Path dir;

    private final Leaders leaders = new Leaders();
    private final MovableClock clock = new MovableClock();
    private StreamStore store;
    private PartitionLogs opener;
    private TransactionCoordinator coordinator;
    private PartitionLogs logs;
    private PartitionLog log;

    /** Takes markers, and answers when it is told to. */
    private static final class Leaders implements MarkerSender {
        final List<TransactionMarker> markers = new CopyOnWriteArrayList<>();
        final Map<TopicPartition, TransactionMarker> written = new HashMap<>();
        volatile boolean isDown;

        @Override
        public CompletableFuture<Map<TopicPartition, Errors>> send(
                TransactionMarker marker, Set<TopicPartition> partitions) {
            markers.add(marker);
            Map<TopicPartition, Errors> outcomes = new HashMap<>();
            synchronized (written) {
                for (TopicPartition partition : partitions) {
                    boolean fails = isDown && !partition.equals(A);
                    outcomes.put(partition, fails ? Errors.NOT_LEADER_OR_FOLLOWER : Errors.NONE);
                    if (!fails) {
                        written.put(partition, marker);
                    }
                }
            }
            return CompletableFuture.completedFuture(outcomes);
        }

        Map<TopicPartition, TransactionMarker> written() {
            synchronized (written) {
                return new HashMap<>(written);
            }
        }
    }

    private static final class MovableClock extends Clock {
        volatile long millis = 1_000_000;

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void start() throws IOException {
        store = StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal(URI.create("block:" + dir.resolve("wal") + "?capacity=64MiB"))
                .nodeId(1)
                .open();
        long logId = store.createStream(CreateOptions.named("kafka/log/s/0")).join();
        long companionId =
                store.createStream(CreateOptions.named("kafka/producers/s/0")).join();
        Stream stream = store.openStream(logId, OpenOptions.owner()).join();
        opener = new PartitionLogs(store, LogSettings.DEFAULTS, clock);
        log = opener.open(new TopicPartition(TransactionCoordinator.TOPIC, 0), Uuid.randomUuid(), stream, companionId)
                .join();
        coordinator = new TransactionCoordinator(
                new TransactionSettings(1, Duration.ofMinutes(15), Duration.ofDays(7), Duration.ofMillis(20), 2000),
                new ProducerIds(store),
                leaders,
                clock);
        PartitionState state = new PartitionState(0, logId, companionId, 1, stream.epoch());
        coordinator.viewed(new ClusterView(
                List.of(),
                List.of(new Topic(
                        Uuid.randomUuid(), TransactionCoordinator.TOPIC, 7, TopicConfigs.DEFAULTS, List.of(state))),
                1));
        coordinator.opened(log);
        Awaitility.await().until(() -> describe("none").errorCode() == Errors.TRANSACTIONAL_ID_NOT_FOUND.code());
    }

    @AfterEach
    void stop() {
        coordinator.close();
        store.close(Duration.ZERO).join();
        opener.close();
    }

    private void crash() throws IOException {
        stop();
        start();
    }

    private DescribeTransactionsResponseData.TransactionState describe(String id) {
        return coordinator
                .queries()
                .describe(List.of(id))
                .join()
                .transactionStates()
                .get(0);
    }

    private void awaitState(String state) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(describe(ID).transactionState()).isEqualTo(state));
    }

    private TransactionalProducer init() {
        List<ProducerResult> last = new ArrayList<>();
        Awaitility.await().until(() -> {
            last.add(coordinator.init(ID, 60_000, Optional.empty()).join());
            return last.get(last.size() - 1).error() != Errors.CONCURRENT_TRANSACTIONS;
        });
        ProducerResult result = last.get(last.size() - 1);
        assertThat(result.error()).isEqualTo(Errors.NONE);
        return new TransactionalProducer(ID, result.producerId(), result.producerEpoch());
    }

    private TransactionalProducer begin(TransactionVersion version) {
        TransactionalProducer producer = init();
        assertThat(coordinator.add(producer, Set.of(A, B), version).join()).isEqualTo(Errors.NONE);
        return producer;
    }

    @Test
    void emptyIdIsRecoveredAndTheNextInstanceHasAGreaterEpoch() throws IOException {
        TransactionalProducer before = init();
        crash();
        TransactionalProducer after = init();
        assertThat(after.producerId()).isEqualTo(before.producerId());
        assertThat(after.producerEpoch()).isEqualTo((short) (before.producerEpoch() + 1));
    }

    @Test
    void ongoingTransactionSurvivesACrash() throws IOException {
        TransactionalProducer producer = begin(TransactionVersion.TV_2);
        crash();
        assertThat(describe(ID).transactionState()).isEqualTo("Ongoing");
        assertThat(coordinator.verify(producer, Set.of(A, B), false).join())
                .isEqualTo(Map.of(A, Errors.NONE, B, Errors.NONE));
        assertThat(leaders.markers).isEmpty();
        assertThat(coordinator
                        .end(producer, true, TransactionVersion.TV_2)
                        .join()
                        .error())
                .isEqualTo(Errors.NONE);
        awaitState("CompleteCommit");
        assertThat(leaders.written()).containsOnlyKeys(A, B).allSatisfy((partition, marker) -> {
            assertThat(marker.isCommit()).isTrue();
            assertThat(marker.producerEpoch()).isEqualTo((short) (producer.producerEpoch() + 1));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit 1", "abort 1", "commit 2", "abort 2"})
    void preparedTransactionIsCompletedByTheNextCoordinator(String kind) throws IOException {
        boolean isCommit = kind.startsWith("commit");
        TransactionVersion version = kind.endsWith("2") ? TransactionVersion.TV_2 : TransactionVersion.TV_0;
        TransactionalProducer producer = begin(version);
        leaders.isDown = true;
        ProducerResult ended = coordinator.end(producer, isCommit, version).join();
        assertThat(ended.error()).isEqualTo(Errors.NONE);
        Awaitility.await().until(() -> leaders.markers.size() > 2); // sent again to the partition that refuses
        assertThat(describe(ID).transactionState()).isEqualTo(isCommit ? "PrepareCommit" : "PrepareAbort");
        int epoch = leaders.markers.get(0).coordinatorEpoch();
        crash();
        leaders.isDown = false;
        awaitState(isCommit ? "CompleteCommit" : "CompleteAbort");
        assertThat(leaders.written()).containsOnlyKeys(A, B).allSatisfy((partition, marker) -> {
            assertThat(marker.isCommit()).isEqualTo(isCommit);
            assertThat(marker.coordinatorEpoch()).as("of the next coordinator").isGreaterThan(epoch);
            assertThat(marker.transactionVersion()).isEqualTo(version.featureLevel());
        });
        ProducerResult repeated = coordinator.end(producer, isCommit, version).join();
        assertThat(repeated)
                .as("the repeated request")
                .isEqualTo(version == TransactionVersion.TV_2 ? ended : ProducerResult.failed(Errors.NONE));
    }

    @Test
    void completeTransactionGetsNoMarkerAfterACrash() throws IOException {
        TransactionalProducer producer = begin(TransactionVersion.TV_2);
        coordinator.end(producer, true, TransactionVersion.TV_2).join();
        awaitState("CompleteCommit");
        int markers = leaders.markers.size();
        crash();
        assertThat(describe(ID).transactionState()).isEqualTo("CompleteCommit");
        assertThat(leaders.markers).hasSize(markers);
    }

    @Test
    void newInstanceAbortsTheTransactionOfTheOldOne() {
        TransactionalProducer old = begin(TransactionVersion.TV_2);
        TransactionalProducer young = init();
        assertThat(young.producerEpoch()).isGreaterThan(old.producerEpoch());
        assertThat(leaders.written().get(A).isCommit()).isFalse();
        assertThat(leaders.written().get(A).producerEpoch()).isGreaterThan(old.producerEpoch());
        assertThat(coordinator.end(old, true, TransactionVersion.TV_2).join().error())
                .isEqualTo(Errors.PRODUCER_FENCED);
        assertThat(coordinator.add(old, Set.of(A), TransactionVersion.TV_2).join())
                .isEqualTo(Errors.PRODUCER_FENCED);
    }

    @Test
    void addWaitsForTheMarkersOfTheTransactionBefore() {
        TransactionalProducer producer = begin(TransactionVersion.TV_2);
        leaders.isDown = true;
        ProducerResult next =
                coordinator.end(producer, true, TransactionVersion.TV_2).join();
        TransactionalProducer following = new TransactionalProducer(ID, next.producerId(), next.producerEpoch());
        CompletableFuture<Errors> added = coordinator.add(following, Set.of(A), TransactionVersion.TV_2);
        assertThat(describe(ID).transactionState()).isEqualTo("PrepareCommit");
        leaders.isDown = false;
        assertThat(added.join()).isEqualTo(Errors.NONE);
    }

    @Test
    void transactionThatTimesOutIsAbortedAndItsProducerFenced() {
        TransactionalProducer producer = begin(TransactionVersion.TV_0);
        clock.millis += 60_001;
        awaitState("CompleteAbort");
        assertThat(leaders.written().get(A).isCommit()).isFalse();
        assertThat(coordinator
                        .end(producer, true, TransactionVersion.TV_0)
                        .join()
                        .error())
                .isEqualTo(Errors.PRODUCER_FENCED);
    }

    @Test
    void idleIdExpiresAlsoInTheLog() throws IOException {
        init();
        clock.millis += Duration.ofDays(7).toMillis();
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(describe(ID).errorCode()).isEqualTo(Errors.TRANSACTIONAL_ID_NOT_FOUND.code()));
        crash();
        assertThat(describe(ID).errorCode()).isEqualTo(Errors.TRANSACTIONAL_ID_NOT_FOUND.code());
    }

    @Test
    void logIsBoundedAndKeepsTheStateOfEachId() throws IOException {
        Map<String, ProducerResult> results = new HashMap<>();
        for (int round = 0; round < 20; round++) {
            for (int id = 0; id < 5; id++) {
                results.put(
                        "id " + id,
                        coordinator.init("id " + id, 60_000, Optional.empty()).join());
            }
        }
        Awaitility.await().until(() -> log.startOffset() > 50);
        crash();
        results.forEach((id, result) -> {
            assertThat(describe(id).producerId()).isEqualTo(result.producerId());
            assertThat(describe(id).producerEpoch()).isEqualTo(result.producerEpoch());
        });
    }

    @Test
    void partitionThatIsNotLedHereHasNoCoordinator() {
        coordinator.closed(log);
        assertThat(coordinator.init(ID, 1000, Optional.empty()).join().error()).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(coordinator
                        .verify(new TransactionalProducer(ID, 1, (short) 0), Set.of(A), true)
                        .join())
                .isEqualTo(Map.of(A, Errors.NOT_COORDINATOR));
    }

    @Test
    void badRequestsGetTheProtocolsErrors() {
        assertThat(coordinator.init("", 1000, Optional.empty()).join().error()).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(coordinator.init(ID, 0, Optional.empty()).join().error())
                .isEqualTo(Errors.INVALID_TRANSACTION_TIMEOUT);
        assertThat(coordinator.init(ID, 900_001, Optional.empty()).join().error())
                .isEqualTo(Errors.INVALID_TRANSACTION_TIMEOUT);
        TransactionalProducer unknown = new TransactionalProducer("unknown", 1, (short) 0);
        assertThat(coordinator.add(unknown, Set.of(A), TransactionVersion.TV_0).join())
                .isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
        assertThat(coordinator
                        .end(unknown, true, TransactionVersion.TV_2)
                        .join()
                        .error())
                .isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    }
}
