package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.producers.Batches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopicCollection;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.EndTxnResponse;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole transactions in the versions of older clients, request by request. */
class TransactionVersionsTest {

    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;
    private SocketClient raw;

    @BeforeEach
    void start() throws IOException {
        broker = Broker.start(TestBrokers.config(dir));
        clients = new Clients(broker);
        clients.createTopic("topic", 1);
        raw = new SocketClient(broker.port());
    }

    @AfterEach
    void stop() throws IOException {
        raw.close();
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 9", "1, 1, 1, 9", "2, 2, 2, 10", "3, 3, 3, 11", "4, 3, 4, 11"})
    void transactionOfAnOldClient(short init, short add, short end, short produce) throws IOException {
        InitProducerIdResponseData producer = init(init);
        assertThat(addPartitions(add, producer)).containsOnly(Map.entry(Errors.NONE, 1));
        produce(produce, producer, "");
        assertThat(stableOffset()).isZero();
        EndTxnResponse ended = end(end, producer, producer.producerEpoch());
        assertThat(ended.error()).isEqualTo(Errors.NONE);
        assertThat(ended.data().producerEpoch()).isEqualTo((short) -1);
        Awaitility.await().untilAsserted(() -> assertThat(stableOffset()).isEqualTo(2));
        assertThat(end(end, producer, producer.producerEpoch()).error())
                .as("the repeated request")
                .isIn(Errors.NONE, Errors.CONCURRENT_TRANSACTIONS);
    }

    @Test
    void transactionOfANewClientNeedsNoAddPartitions() throws IOException {
        InitProducerIdResponseData producer = init((short) 5);
        produce((short) 12, producer, "");
        EndTxnResponse ended = end((short) 5, producer, producer.producerEpoch());
        assertThat(ended.error()).isEqualTo(Errors.NONE);
        assertThat(ended.data().producerEpoch()).isEqualTo((short) (producer.producerEpoch() + 1));
        Awaitility.await().untilAsserted(() -> assertThat(stableOffset()).isEqualTo(2));
    }

    @Test
    void oldClientThatAddsNoPartitionIsRefused() throws IOException {
        InitProducerIdResponseData producer = init((short) 4);
        produce((short) 11, producer, "TRANSACTION_ABORTABLE");
        produce((short) 10, producer, "INVALID_TXN_STATE");
    }

    @Test
    void markersOfAnotherBrokerAreWritten() throws IOException {
        InitProducerIdResponseData producer = init((short) 4);
        addPartitions((short) 3, producer);
        produce((short) 11, producer, "");
        for (short version = 1; version <= 2; version++) {
            WritableTxnMarker marker = new WritableTxnMarker()
                    .setProducerId(producer.producerId())
                    .setProducerEpoch(producer.producerEpoch())
                    .setTransactionResult(true)
                    .setCoordinatorEpoch(0)
                    .setTopics(List.of(
                            new WritableTxnMarkerTopic().setName("topic").setPartitionIndexes(List.of(0, 7))));
            WriteTxnMarkersResponse response = (WriteTxnMarkersResponse) raw.send(
                    ApiKeys.WRITE_TXN_MARKERS, version, new WriteTxnMarkersRequestData().setMarkers(List.of(marker)));
            assertThat(response.errorsByProducerId().get(producer.producerId()))
                    .isEqualTo(Map.of(
                            PARTITION, Errors.NONE, new TopicPartition("topic", 7), Errors.UNKNOWN_TOPIC_OR_PARTITION));
        }
        assertThat(stableOffset()).isEqualTo(3);
    }

    @Test
    void unknownPartitionIsNotAdded() throws IOException {
        InitProducerIdResponseData producer = init((short) 4);
        AddPartitionsToTxnTopicCollection topics = new AddPartitionsToTxnTopicCollection();
        topics.add(new AddPartitionsToTxnTopic().setName("topic").setPartitions(List.of(0, 9)));
        assertThat(addPartitions((short) 3, producer, topics))
                .isEqualTo(Map.of(Errors.OPERATION_NOT_ATTEMPTED, 1, Errors.UNKNOWN_TOPIC_OR_PARTITION, 1));
    }

    @Test
    void offsetsOfAGroupAreAddedWhenGroupsExist() throws IOException {
        InitProducerIdResponseData producer = init((short) 4);
        AddOffsetsToTxnRequestData request = new AddOffsetsToTxnRequestData()
                .setTransactionalId("id")
                .setProducerId(producer.producerId())
                .setProducerEpoch(producer.producerEpoch())
                .setGroupId("group");
        assertThat(raw.send(ApiKeys.ADD_OFFSETS_TO_TXN, (short) 3, request).errorCounts())
                .containsKey(Errors.COORDINATOR_NOT_AVAILABLE);
        find("group", (byte) 0);
        for (short version = 0; version <= 4; version++) {
            assertThat(raw.send(ApiKeys.ADD_OFFSETS_TO_TXN, version, request).errorCounts())
                    .containsOnlyKeys(Errors.NONE);
        }
    }

    private AbstractResponse find(String key, byte type) throws IOException {
        return raw.send(
                ApiKeys.FIND_COORDINATOR,
                (short) 3,
                new FindCoordinatorRequestData().setKey(key).setKeyType(type));
    }

    private InitProducerIdResponseData init(short version) throws IOException {
        find("id", (byte) 1);
        InitProducerIdRequestData request =
                new InitProducerIdRequestData().setTransactionalId("id").setTransactionTimeoutMs(60_000);
        InitProducerIdResponse response = Awaitility.await()
                .until(
                        () -> (InitProducerIdResponse) raw.send(ApiKeys.INIT_PRODUCER_ID, version, request),
                        answer -> answer.error() != Errors.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(response.error()).isEqualTo(Errors.NONE);
        return response.data();
    }

    private Map<Errors, Integer> addPartitions(short version, InitProducerIdResponseData producer) throws IOException {
        AddPartitionsToTxnTopicCollection topics = new AddPartitionsToTxnTopicCollection();
        topics.add(new AddPartitionsToTxnTopic().setName("topic").setPartitions(List.of(0)));
        Map<Errors, Integer> counts = addPartitions(version, producer, topics);
        return counts;
    }

    private Map<Errors, Integer> addPartitions(
            short version, InitProducerIdResponseData producer, AddPartitionsToTxnTopicCollection topics)
            throws IOException {
        return raw.send(
                        ApiKeys.ADD_PARTITIONS_TO_TXN,
                        version,
                        new AddPartitionsToTxnRequestData()
                                .setV3AndBelowTransactionalId("id")
                                .setV3AndBelowProducerId(producer.producerId())
                                .setV3AndBelowProducerEpoch(producer.producerEpoch())
                                .setV3AndBelowTopics(topics))
                .errorCounts();
    }

    private void produce(short version, InitProducerIdResponseData producer, String error) throws IOException {
        MemoryRecords records =
                Batches.of(producer.producerId(), producer.producerEpoch(), 0, 1, true, System.currentTimeMillis());
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData()
                .setName("topic")
                .setTopicId(Uuid.ZERO_UUID)
                .setPartitionData(List.of(new PartitionProduceData().setIndex(0).setRecords(records))));
        ApiMessage request = new ProduceRequestData()
                .setTransactionalId("id")
                .setAcks((short) -1)
                .setTimeoutMs(10_000)
                .setTopicData(topics);
        Errors expected = error.isEmpty() ? Errors.NONE : Errors.valueOf(error);
        assertThat(raw.send(ApiKeys.PRODUCE, version, request).errorCounts()).containsOnlyKeys(expected);
    }

    private EndTxnResponse end(short version, InitProducerIdResponseData producer, short epoch) throws IOException {
        return (EndTxnResponse) raw.send(
                ApiKeys.END_TXN,
                version,
                new EndTxnRequestData()
                        .setTransactionalId("id")
                        .setProducerId(producer.producerId())
                        .setProducerEpoch(epoch)
                        .setCommitted(true));
    }

    private long stableOffset() {
        try (Consumer<String, String> consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            return consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
        }
    }
}
