package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits, fairness and waits of Fetch over many partitions. */
class FetchTest {

    private static final String TOPIC = "many";
    private static final int BATCH = 10_000;

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;

    @BeforeEach
    void start() throws IOException {
        broker = TestBrokers.start(dir);
        clients = new Clients(broker);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void responseIsNeverLargerThanTheClientPermits() throws IOException {
        produce(1, 20);
        for (int limit : new int[] {BATCH * 2, BATCH * 5, BATCH * 11}) {
            int size = bytes(fetch(1, limit, BATCH * 100, 1, 0));
            assertThat(size).isLessThanOrEqualTo(limit).isGreaterThan(limit - 2 * BATCH);
        }
    }

    @Test
    void firstBatchIsAnsweredThoughItIsLargerThanTheLimit() throws IOException {
        produce(2, 3);
        FetchResponse response = fetch(2, 100, 100, 1, 0);
        assertThat(bytes(response)).isBetween(BATCH, BATCH + 1000);
        assertThat(parts(response)).filteredOn(part -> size(part) > 0).hasSize(1);
    }

    @Test
    void offsetBeforeTheFirstOneIsOutOfRange() throws IOException {
        clients.createTopic(TOPIC, 1);
        FetchRequestData request = request(1, 1 << 20, 1 << 20, 1, 0);
        request.topics().get(0).partitions().get(0).setFetchOffset(-1);
        try (SocketClient client = new SocketClient(broker.port())) {
            assertThat(parts((FetchResponse) client.send(ApiKeys.FETCH, 12, request)))
                    .extracting(PartitionData::errorCode)
                    .containsExactly(Errors.OFFSET_OUT_OF_RANGE.code());
        }
    }

    @Test
    void partitionsShareTheRoomOfAResponse() throws IOException {
        produce(8, 30);
        List<PartitionData> parts = parts(fetch(8, 8 * 8 * BATCH, 100 * BATCH, 1, 0));
        assertThat(parts).allSatisfy(part -> assertThat(size(part)).isGreaterThan(0));
    }

    @Test
    void manyPartitionsAreReadInOneResponse() throws IOException {
        produce(200, 1);
        assertThat(parts(fetch(200, 50 << 20, 1 << 20, 1, 0)))
                .hasSize(200)
                .allSatisfy(part -> assertThat(size(part)).isGreaterThan(BATCH));
    }

    @Test
    void appendToOneOfManyPartitionsEndsTheWait() throws IOException {
        clients.createTopic(TOPIC, 50);
        try (SocketClient client = new SocketClient(broker.port());
                KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            RequestHeader waiting = client.begin(ApiKeys.FETCH, 12, request(50, 1 << 20, 1 << 20, 1, 60_000));
            Clients.get(producer.send(new ProducerRecord<>(TOPIC, 37, "key", "value")));
            FetchResponse response = (FetchResponse) client.receive(waiting);
            assertThat(parts(response))
                    .filteredOn(part -> size(part) > 0)
                    .singleElement()
                    .satisfies(part -> assertThat(part.partitionIndex()).isEqualTo(37));
        }
    }

    @Test
    void waitContinuesUntilThereAreEnoughBytes() throws IOException {
        clients.createTopic(TOPIC, 3);
        try (SocketClient client = new SocketClient(broker.port());
                KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            RequestHeader waiting = client.begin(ApiKeys.FETCH, 12, request(3, 1 << 20, 1 << 20, 3 * BATCH, 60_000));
            for (int partition = 0; partition < 3; partition++) {
                Clients.get(producer.send(new ProducerRecord<>(TOPIC, partition, "key", "x".repeat(BATCH))));
            }
            assertThat(bytes((FetchResponse) client.receive(waiting))).isGreaterThanOrEqualTo(3 * BATCH);
        }
    }

    /** Appends batches of one record each to every partition. */
    private void produce(int partitions, int batches) {
        clients.createTopic(TOPIC, partitions);
        List<Future<?>> sent = new ArrayList<>();
        try (KafkaProducer<String, String> producer = clients.producer(Map.of("batch.size", 0))) {
            for (int i = 0; i < batches; i++) {
                for (int partition = 0; partition < partitions; partition++) {
                    sent.add(producer.send(new ProducerRecord<>(TOPIC, partition, "key", "x".repeat(BATCH))));
                }
            }
        }
        sent.forEach(Clients::get);
    }

    private FetchResponse fetch(int partitions, int maxBytes, int partitionBytes, int minBytes, int waitMs)
            throws IOException {
        try (SocketClient client = new SocketClient(broker.port())) {
            return (FetchResponse)
                    client.send(ApiKeys.FETCH, 12, request(partitions, maxBytes, partitionBytes, minBytes, waitMs));
        }
    }

    private static FetchRequestData request(
            int partitions, int maxBytes, int partitionBytes, int minBytes, int waitMs) {
        var topic = new FetchRequestData.FetchTopic().setTopic(TOPIC);
        IntStream.range(0, partitions)
                .forEach(index -> topic.partitions()
                        .add(new FetchRequestData.FetchPartition()
                                .setPartition(index)
                                .setPartitionMaxBytes(partitionBytes)));
        FetchRequestData data = new FetchRequestData()
                .setMaxBytes(maxBytes)
                .setMinBytes(minBytes)
                .setMaxWaitMs(waitMs);
        data.topics().add(topic);
        return data;
    }

    private static List<PartitionData> parts(FetchResponse response) {
        return response.data().responses().get(0).partitions();
    }

    private static int size(PartitionData part) {
        return part.records() == null ? 0 : part.records().sizeInBytes();
    }

    private static int bytes(FetchResponse response) {
        return parts(response).stream().mapToInt(FetchTest::size).sum();
    }
}
