package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletion of records, leader epochs, sizes and placement, through Kafka's own clients. */
class AdminApiTest {

    private static final String TOPIC = "managed";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;
    private Admin admin;

    @BeforeEach
    void start() throws IOException {
        broker = TestBrokers.start(dir);
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void deletedRecordsAreNotReadableAndTheLowWatermarkIsAnswered() {
        clients.produce(TOPIC, 0, 100);
        assertThat(deleteBefore(40)).isEqualTo(40);
        assertThat(clients.consume(TOPIC, 0, 60)).isEqualTo(Clients.values(100).subList(40, 100));
        assertThat(deleteBefore(20)).as("a lower offset changes nothing").isEqualTo(40);
        assertThatThrownBy(() -> deleteBefore(101)).hasRootCauseInstanceOf(OffsetOutOfRangeException.class);
        assertThat(deleteBefore(-1)).as("the high watermark").isEqualTo(100);
    }

    @Test
    void recordsOfATopicThatIsOnlyCompactedCannotBeDeleted() {
        get(admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                .all());
        assertThatThrownBy(() -> deleteBefore(0)).hasRootCauseInstanceOf(PolicyViolationException.class);
    }

    /** The coordinators keep their states there; also a policy that deletes old records permits no deletion. */
    @Test
    void recordsOfInternalTopicsCannotBeDeleted() {
        String offsets = "__consumer_offsets";
        clients.createTopic(TOPIC, 1);
        try (Consumer<String, String> consumer = clients.consumer(Map.of("group.id", "group"))) {
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(1)));
        }
        AlterConfigOp both =
                new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact,delete"), AlterConfigOp.OpType.SET);
        get(admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, offsets), List.of(both)))
                .all());
        TopicPartition partition = new TopicPartition(offsets, 0);
        assertThatThrownBy(() -> get(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
                        .all()))
                .hasRootCauseInstanceOf(InvalidTopicException.class);
    }

    @Test
    void endOfAnEpochIsFoundAfterARestart() throws IOException {
        clients.produce(TOPIC, 0, 10);
        restart();
        produceMore(5);
        restart();
        assertThat(endOf(0))
                .extracting(EpochEndOffset::leaderEpoch, EpochEndOffset::endOffset)
                .containsExactly(0, 10L);
        assertThat(endOf(1))
                .extracting(EpochEndOffset::leaderEpoch, EpochEndOffset::endOffset)
                .containsExactly(1, 15L);
        assertThat(endOf(2))
                .extracting(EpochEndOffset::leaderEpoch, EpochEndOffset::endOffset)
                .containsExactly(2, 15L);
        assertThat(endOf(3))
                .extracting(EpochEndOffset::leaderEpoch, EpochEndOffset::endOffset)
                .containsExactly(-1, -1L);
        assertThat(endOf(1, 0).errorCode()).isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(endOf(1, 7).errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    }

    @Test
    void topicThatIsCreatedAgainHasAnotherIdAndNoOldRecords() throws IOException {
        clients.produce(TOPIC, 0, 10);
        Uuid before = clients.topicId(TOPIC);
        get(admin.deleteTopics(List.of(TOPIC)).all());
        clients.createTopic(TOPIC, 1);
        Uuid after = clients.topicId(TOPIC);

        assertThat(after).isNotEqualTo(before);
        assertThat(fetchById(before)).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
        assertThat(fetchById(after)).isEqualTo(Errors.NONE.code());
        clients.produce(TOPIC, 0, 3);
    }

    @Test
    void partitionsAreDescribedInPages() {
        clients.createTopic(TOPIC, 5);
        clients.createTopic("other", 3);
        Map<String, TopicDescription> described = get(admin.describeTopics(
                        List.of(TOPIC, "other"), new DescribeTopicsOptions().partitionSizeLimitPerResponse(2))
                .allTopicNames());
        assertThat(described.get(TOPIC).partitions()).hasSize(5);
        assertThat(described.get("other").partitions()).hasSize(3);
    }

    @Test
    void sizesAreThoseOfTheStore() {
        clients.produce(TOPIC, 0, 1000);
        broker.store().flush().join();
        var described = get(admin.describeLogDirs(List.of(0)).allDescriptions()).get(0);
        assertThat(described).hasSize(1);
        var replica = described.values().iterator().next().replicaInfos().get(PARTITION);
        assertThat(replica.size()).isBetween(1000L, 100_000L);
    }

    @Test
    void placementIsRefusedWithTheProtocolsErrors() {
        clients.createTopic(TOPIC, 1);
        Map<TopicPartition, Optional<Throwable>> elected = get(
                admin.electLeaders(ElectionType.PREFERRED, Set.of(PARTITION)).partitions());
        assertThat(elected.get(PARTITION)).containsInstanceOf(ElectionNotNeededException.class);
        assertThatThrownBy(() -> get(admin.alterPartitionReassignments(
                                Map.of(PARTITION, Optional.of(new NewPartitionReassignment(List.of(1, 2)))))
                        .all()))
                .hasRootCauseInstanceOf(InvalidReplicaAssignmentException.class);
        assertThat(get(admin.listPartitionReassignments().reassignments())).isEmpty();
    }

    private long deleteBefore(long offset) {
        return get(admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(offset)))
                        .lowWatermarks()
                        .get(PARTITION))
                .lowWatermark();
    }

    private void restart() throws IOException {
        stop();
        start();
    }

    private void produceMore(int count) {
        try (var producer = clients.producer(Map.of())) {
            for (int i = 0; i < count; i++) {
                get(producer.send(new ProducerRecord<>(TOPIC, 0, "key", "more")));
            }
        }
    }

    private EpochEndOffset endOf(int epoch) throws IOException {
        return endOf(epoch, -1);
    }

    private EpochEndOffset endOf(int epoch, int current) throws IOException {
        var topic = new OffsetForLeaderTopic().setTopic(TOPIC);
        topic.partitions()
                .add(new OffsetForLeaderPartition()
                        .setCurrentLeaderEpoch(current)
                        .setLeaderEpoch(epoch));
        OffsetForLeaderEpochRequestData data = new OffsetForLeaderEpochRequestData();
        data.topics().add(topic);
        try (SocketClient client = new SocketClient(broker.port())) {
            var response = (OffsetsForLeaderEpochResponse) client.send(ApiKeys.OFFSET_FOR_LEADER_EPOCH, 4, data);
            return response.data().topics().iterator().next().partitions().get(0);
        }
    }

    private short fetchById(Uuid id) throws IOException {
        var topic = new FetchRequestData.FetchTopic().setTopicId(id);
        topic.partitions().add(new FetchRequestData.FetchPartition().setPartitionMaxBytes(1 << 20));
        FetchRequestData data = new FetchRequestData().setMaxBytes(1 << 20);
        data.topics().add(topic);
        try (SocketClient client = new SocketClient(broker.port())) {
            var response = (FetchResponse) client.send(ApiKeys.FETCH, 16, data);
            return response.data().responses().get(0).partitions().get(0).errorCode();
        }
    }

    private static <T> T get(Future<T> future) {
        return Clients.get(future);
    }
}
