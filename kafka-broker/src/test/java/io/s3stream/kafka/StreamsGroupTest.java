package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Subtopology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TopicInfo;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of Kafka Streams, whose heartbeats this test sends itself. */
class StreamsGroupTest {

    private static final String CHANGELOG = "app-store-changelog";

    @TempDir
    Path dir;

    @Test
    void changelogTopicIsCreatedAndTasksAreAssigned() throws IOException {
        try (Broker broker = start();
                SocketClient client = new SocketClient(broker.port());
                Admin admin = new Clients(broker).admin()) {
            new Clients(broker).createTopic("events", 2);
            client.send(ApiKeys.FIND_COORDINATOR, (short) 0, new FindCoordinatorRequestData().setKey("app"));
            AtomicReference<StreamsGroupHeartbeatResponseData> last =
                    new AtomicReference<>(beat(client, joining("events")));
            await().until(() -> {
                if (last.get().errorCode() == Errors.COORDINATOR_LOAD_IN_PROGRESS.code()) {
                    last.set(beat(client, joining("events")));
                } else if (last.get().activeTasks() == null
                        || last.get().activeTasks().isEmpty()) {
                    last.set(beat(client, alive(last.get())));
                }
                return last.get().activeTasks() != null
                        && !last.get().activeTasks().isEmpty();
            });
            assertThat(last.get().activeTasks()).hasSize(1);
            assertThat(last.get().activeTasks().get(0).partitions()).containsExactlyInAnyOrder(0, 1);
            assertThat(get(admin.describeTopics(List.of(CHANGELOG)).allTopicNames())
                            .get(CHANGELOG)
                            .partitions())
                    .hasSize(2);
            StreamsGroupDescription group =
                    get(admin.describeStreamsGroups(List.of("app")).all()).get("app");
            assertThat(group.members()).hasSize(1);
        }
    }

    @Test
    void topologyWithAnInternalTopicIsRefused() throws IOException {
        try (Broker broker = start();
                SocketClient client = new SocketClient(broker.port())) {
            StreamsGroupHeartbeatResponseData refused = beat(client, joining("__consumer_offsets"));
            assertThat(Errors.forCode(refused.errorCode())).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
            assertThat(refused.errorMessage()).contains("__consumer_offsets");
        }
    }

    private static StreamsGroupHeartbeatRequestData joining(String source) {
        Subtopology part = new Subtopology()
                .setSubtopologyId("0")
                .setSourceTopics(List.of(source))
                .setStateChangelogTopics(List.of(new TopicInfo().setName(CHANGELOG)));
        return member().setMemberEpoch(0)
                .setRebalanceTimeoutMs(10_000)
                .setProcessId("process")
                .setTopology(new Topology().setEpoch(1).setSubtopologies(List.of(part)))
                .setActiveTasks(List.of())
                .setStandbyTasks(List.of())
                .setWarmupTasks(List.of());
    }

    /** Owns the tasks that the last answer has assigned. */
    private static StreamsGroupHeartbeatRequestData alive(StreamsGroupHeartbeatResponseData last) {
        assertThat(Errors.forCode(last.errorCode())).as(last.errorMessage()).isEqualTo(Errors.NONE);
        List<TaskIds> owned = last.activeTasks() == null
                ? List.of()
                : last.activeTasks().stream()
                        .map(task -> new TaskIds()
                                .setSubtopologyId(task.subtopologyId())
                                .setPartitions(task.partitions()))
                        .toList();
        return member().setMemberEpoch(last.memberEpoch())
                .setActiveTasks(owned)
                .setStandbyTasks(List.of())
                .setWarmupTasks(List.of());
    }

    private static StreamsGroupHeartbeatRequestData member() {
        return new StreamsGroupHeartbeatRequestData().setGroupId("app").setMemberId("member");
    }

    private static StreamsGroupHeartbeatResponseData beat(SocketClient client, StreamsGroupHeartbeatRequestData request)
            throws IOException {
        return (StreamsGroupHeartbeatResponseData)
                client.send(ApiKeys.STREAMS_GROUP_HEARTBEAT, (short) 0, request).data();
    }

    private Broker start() throws IOException {
        return Broker.start(TestBrokers.config(dir).with(new GroupSettings(2, 16 << 20, Clients.FAST_GROUPS)));
    }
}
