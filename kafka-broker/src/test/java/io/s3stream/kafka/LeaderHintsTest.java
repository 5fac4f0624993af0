package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that does not lead a partition names the leader, also while the partition moves. */
class LeaderHintsTest {

    private static final int PARTITIONS = 4;

    @TempDir
    Path dir;

    private final Map<Integer, Broker> brokers = new TreeMap<>();
    private Admin admin;

    @BeforeEach
    void start() throws IOException {
        for (int id = 0; id < 2; id++) {
            brokers.put(
                    id,
                    Broker.start(new BrokerConfig(
                            id,
                            dir.resolve("objects").toUri(),
                            URI.create("store:/?linger=1ms"),
                            "localhost",
                            0,
                            1,
                            true)));
        }
        Clients clients = new Clients(brokers.get(0));
        admin = clients.admin();
        clients.createTopic("topic", PARTITIONS);
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(leaders().stream().map(Node::id).toList()).contains(0, 1));
    }

    @AfterEach
    void stop() {
        if (admin != null) {
            admin.close();
        }
        brokers.values().forEach(Broker::close);
    }

    private List<Node> leaders() {
        return Clients.get(admin.describeTopics(List.of("topic")).allTopicNames()).get("topic").partitions().stream()
                .map(TopicPartitionInfo::leader)
                .map(leader -> leader == null ? Node.noNode() : leader)
                .toList();
    }

    private int partitionOf(int broker) {
        return leaders().stream().map(Node::id).toList().indexOf(broker);
    }

    @Test
    void refusedBatchNamesTheLeader() throws IOException {
        try (SocketClient client = new SocketClient(brokers.get(0).port())) {
            assertNames(produce(client, partitionOf(1)), 1);
        }
    }

    @Test
    void refusedFetchNamesTheLeader() throws IOException {
        var topic = new FetchRequestData.FetchTopic()
                .setTopicId(Clients.get(admin.describeTopics(List.of("topic")).allTopicNames())
                        .get("topic")
                        .topicId());
        topic.partitions()
                .add(new FetchRequestData.FetchPartition()
                        .setPartition(partitionOf(1))
                        .setPartitionMaxBytes(1 << 20));
        FetchRequestData request =
                new FetchRequestData().setMaxBytes(1 << 20).setMinBytes(1).setMaxWaitMs(1000);
        request.topics().add(topic);
        try (SocketClient client = new SocketClient(brokers.get(0).port())) {
            FetchResponseData data = ((FetchResponse) client.send(ApiKeys.FETCH, 16, request)).data();
            var partition = data.responses().get(0).partitions().get(0);
            assertThat(Errors.forCode(partition.errorCode())).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
            assertThat(partition.currentLeader().leaderId()).isEqualTo(1);
            assertThat(data.nodeEndpoints().find(1).port())
                    .isEqualTo(brokers.get(1).port());
        }
    }

    /** The first refusal waits for the opening by the next leader: before, no leader could be named. */
    @Test
    void batchThatIsRefusedDuringMoveWaitsForTheNextLeader() throws IOException {
        int moving = partitionOf(1);
        try (SocketClient client = new SocketClient(brokers.get(1).port())) {
            var drained = brokers.get(1).drain();
            ProduceResponseData answer = produce(client, moving);
            while (partition(answer).errorCode() == Errors.NONE.code()) {
                answer = produce(client, moving);
            }
            assertNames(answer, 0);
            drained.join();
        }
    }

    private void assertNames(ProduceResponseData answer, int leader) {
        assertThat(Errors.forCode(partition(answer).errorCode())).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
        assertThat(partition(answer).currentLeader().leaderId()).isEqualTo(leader);
        assertThat(answer.nodeEndpoints().find(leader).port())
                .isEqualTo(brokers.get(leader).port());
    }

    private static PartitionProduceResponse partition(ProduceResponseData answer) {
        return answer.responses().iterator().next().partitionResponses().get(0);
    }

    private static ProduceResponseData produce(SocketClient client, int partition) throws IOException {
        MemoryRecords records = MemoryRecords.withRecords(
                Compression.NONE, new SimpleRecord(System.currentTimeMillis(), null, "value".getBytes()));
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData()
                .setName("topic")
                .setPartitionData(
                        List.of(new PartitionProduceData().setIndex(partition).setRecords(records))));
        var request = new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(10_000)
                .setTopicData(topics);
        return ((ProduceResponse) client.send(ApiKeys.PRODUCE, 11, request)).data();
    }
}
