package io.s3stream.kafka.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.producers.TransactionMarker;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import io.s3stream.kafka.transactions.TransactionalProducer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnResultCollection;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to other brokers, and outcomes of their answers. Broker 0 is this broker; broker 2 has no address. */
class ClusterSendersTest {

    private static final TopicPartition OWN = new TopicPartition("topic", 0);
    private static final TopicPartition OTHER = new TopicPartition("topic", 1);
    private static final TopicPartition OTHER_TOO = new TopicPartition("topic", 2);
    private static final TopicPartition UNREACHABLE = new TopicPartition("topic", 3);
    private static final TopicPartition CLOSED = new TopicPartition("topic", 4);
    private static final TopicPartition UNKNOWN = new TopicPartition("topic", 5);

    private static final TransactionMarker MARKER = new TransactionMarker(77, (short) 3, true, 5, (short) 2);
    private static final TransactionalProducer PRODUCER = new TransactionalProducer("id", 77, (short) 3);

    private final List<Set<TopicPartition>> local = new ArrayList<>();
    private FakePeer peer;
    private PeerClient client;
    private ClusterView view;

    @BeforeEach
    void start() throws IOException {
        peer = new FakePeer();
        client = new PeerClient("peers-of-test", Duration.ofMinutes(1), PeerSecurity.NONE);
        view = new ClusterView(
                List.of(peer.address(0), peer.address(1)),
                List.of(topic("topic", 0, 1, 1, 2, -1), topic(TransactionCoordinator.TOPIC, 0, 1, 2)),
                1);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        peer.close();
    }

    private static Topic topic(String name, int... owners) {
        List<PartitionState> partitions = new ArrayList<>();
        for (int i = 0; i < owners.length; i++) {
            partitions.add(new PartitionState(i, 100 + i, 200 + i, owners[i], 1));
        }
        return new Topic(Uuid.randomUuid(), name, 7, TopicConfigs.DEFAULTS, partitions);
    }

    private CompletableFuture<Map<TopicPartition, Errors>> answerLocally(Set<TopicPartition> partitions) {
        local.add(partitions);
        return CompletableFuture.completedFuture(all(partitions, Errors.NONE));
    }

    private static Map<TopicPartition, Errors> all(Set<TopicPartition> partitions, Errors error) {
        Map<TopicPartition, Errors> outcomes = new HashMap<>();
        partitions.forEach(partition -> outcomes.put(partition, error));
        return outcomes;
    }

    private CompletableFuture<Map<TopicPartition, Errors>> send(TopicPartition... partitions) {
        return new ClusterMarkerSender(0, () -> view, (marker, own) -> answerLocally(own), client)
                .send(MARKER, Set.of(partitions));
    }

    private static Map<TopicPartition, Errors> get(CompletableFuture<Map<TopicPartition, Errors>> outcomes)
            throws Exception {
        return outcomes.get(30, TimeUnit.SECONDS);
    }

    @Test
    void markersGoToTheLeadersAndPartitionsWithoutLeaderAreRepeated() throws Exception {
        var outcomes = send(OWN, OTHER, OTHER_TOO, UNREACHABLE, CLOSED, UNKNOWN);
        FakePeer.Received received = peer.take();
        assertThat(received.header().apiVersion())
                .as("has the version of the transaction")
                .isEqualTo((short) 2);
        var entries = ((WriteTxnMarkersRequest) received.request()).markers();
        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.producerId()).isEqualTo(77);
            assertThat(entry.producerEpoch()).isEqualTo((short) 3);
            assertThat(entry.coordinatorEpoch()).isEqualTo(5);
            assertThat(entry.transactionResult()).isEqualTo(TransactionResult.COMMIT);
            assertThat(entry.transactionVersion()).isEqualTo((short) 2);
            assertThat(entry.partitions()).containsExactlyInAnyOrder(OTHER, OTHER_TOO);
        });
        received.answer(new WriteTxnMarkersResponse(
                Map.of(77L, Map.of(OTHER, Errors.NONE, OTHER_TOO, Errors.INVALID_PRODUCER_EPOCH))));
        assertThat(get(outcomes))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        OWN, Errors.NONE,
                        OTHER, Errors.NONE,
                        OTHER_TOO, Errors.INVALID_PRODUCER_EPOCH,
                        UNREACHABLE, Errors.NOT_LEADER_OR_FOLLOWER,
                        CLOSED, Errors.NOT_LEADER_OR_FOLLOWER,
                        UNKNOWN, Errors.UNKNOWN_TOPIC_OR_PARTITION));
        assertThat(local).containsExactly(Set.of(OWN));
    }

    @Test
    void leaderThatDoesNotKnowAPartitionYetGetsItsMarkerAgain() throws Exception {
        var outcomes = send(OTHER, OTHER_TOO);
        peer.take()
                .answer(new WriteTxnMarkersResponse(
                        Map.of(77L, Map.of(OTHER, Errors.UNKNOWN_TOPIC_OR_PARTITION)))); // and none for the second
        assertThat(get(outcomes))
                .isEqualTo(Map.of(OTHER, Errors.NOT_LEADER_OR_FOLLOWER, OTHER_TOO, Errors.NOT_LEADER_OR_FOLLOWER));
    }

    @Test
    void leaderThatBreaksDoesNotKeepTheOthersFromTheirMarkers() throws Exception {
        var outcomes = send(OWN, OTHER);
        peer.take().connection().close();
        assertThat(get(outcomes)).isEqualTo(Map.of(OWN, Errors.NONE, OTHER, Errors.NOT_LEADER_OR_FOLLOWER));
    }

    private CompletableFuture<Map<TopicPartition, Errors>> verify(int statePartition, boolean isAdded) {
        return new ClusterPartitionVerifier(
                        0,
                        () -> view,
                        (producer, partitions, adds) -> answerLocally(partitions),
                        id -> statePartition < 0 ? OptionalInt.empty() : OptionalInt.of(statePartition),
                        client)
                .verify(PRODUCER, Set.of(OWN, new TopicPartition("another", 9)), isAdded);
    }

    private static AddPartitionsToTxnTransaction transaction(FakePeer.Received received) {
        var transactions =
                ((AddPartitionsToTxnRequest) received.request()).data().transactions();
        assertThat(transactions).hasSize(1);
        return transactions.iterator().next();
    }

    private static void answer(FakePeer.Received received, Map<TopicPartition, Errors> outcomes) throws IOException {
        AddPartitionsToTxnResultCollection results = new AddPartitionsToTxnResultCollection();
        results.add(AddPartitionsToTxnResponse.resultForTransaction("id", outcomes));
        received.answer(
                new AddPartitionsToTxnResponse(new AddPartitionsToTxnResponseData().setResultsByTransaction(results)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void coordinatorOnAnotherBrokerIsAsked(boolean isAdded) throws Exception {
        var outcomes = verify(1, isAdded);
        FakePeer.Received received = peer.take();
        AddPartitionsToTxnTransaction asked = transaction(received);
        assertThat(asked.transactionalId()).isEqualTo("id");
        assertThat(asked.producerId()).isEqualTo(77);
        assertThat(asked.producerEpoch()).isEqualTo((short) 3);
        assertThat(asked.verifyOnly()).isEqualTo(!isAdded);
        assertThat(AddPartitionsToTxnRequest.getPartitions(asked.topics()))
                .containsExactlyInAnyOrder(OWN, new TopicPartition("another", 9));
        Map<TopicPartition, Errors> answered =
                Map.of(OWN, Errors.NONE, new TopicPartition("another", 9), Errors.TRANSACTION_ABORTABLE);
        answer(received, answered);
        assertThat(get(outcomes)).isEqualTo(answered);
        assertThat(local).isEmpty();
    }

    @Test
    void coordinatorOnThisBrokerIsAskedDirectly() throws Exception {
        assertThat(get(verify(0, true)).values()).containsOnly(Errors.NONE);
        assertThat(local).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, 3})
    void coordinatorThatIsNotKnownIsNotAvailable(int statePartition) throws Exception {
        assertThat(get(verify(statePartition, true)))
                .hasSize(2)
                .allSatisfy((partition, error) -> assertThat(error).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE));
    }

    @Test
    void brokenConnectionAndOldViewOfTheCoordinatorAreRetriable() throws Exception {
        var broken = verify(1, true);
        peer.take().connection().close();
        assertThat(get(broken).values()).containsOnly(Errors.COORDINATOR_NOT_AVAILABLE);
        var old = verify(1, true);
        answer(
                peer.take(),
                Map.of(
                        OWN,
                        Errors.OPERATION_NOT_ATTEMPTED,
                        new TopicPartition("another", 9),
                        Errors.UNKNOWN_TOPIC_OR_PARTITION));
        assertThat(get(old).values()).containsOnly(Errors.COORDINATOR_NOT_AVAILABLE);
    }
}
