package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.CreateOptions;
import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations of groups, through Kafka's own clients. */
class GroupConfigTest {

    private static final String GROUP = "größe/of a group";
    private static final ConfigResource RESOURCE = new ConfigResource(ConfigResource.Type.GROUP, GROUP);
    private static final String HEARTBEAT = "consumer.heartbeat.interval.ms";
    private static final String SESSION = "consumer.session.timeout.ms";

    @TempDir
    Path dir;

    @Test
    void coordinatorAppliesTheConfigurationUntilItsLastKeyIsDeleted() throws IOException {
        try (Broker broker = start(0);
                Admin admin = new Clients(broker).admin();
                SocketClient member = new SocketClient(broker.port())) {
            get(admin.listConsumerGroupOffsets(GROUP).all());
            String id = Uuid.randomUuid().toString();
            int epoch = heartbeat(member, id, 0).memberEpoch();
            alter(admin, op(OpType.SET, HEARTBEAT, "7000"), op(OpType.SET, SESSION, "50000"));
            assertThat(heartbeat(member, id, epoch).heartbeatIntervalMs()).isEqualTo(7000);
            alter(admin, op(OpType.DELETE, HEARTBEAT, ""));
            assertThat(heartbeat(member, id, epoch).heartbeatIntervalMs()).isEqualTo(100);
            assertThat(streams(broker)).hasSize(1);
            alter(admin, op(OpType.DELETE, SESSION, ""));
            assertThat(streams(broker)).isEmpty();
            assertThat(listed(admin)).isEmpty();
        }
    }

    @Test
    void configurationIsDurableAndSeenByOtherBrokers() throws IOException {
        try (Broker first = start(0)) {
            try (Admin admin = new Clients(first).admin()) {
                alter(admin, op(OpType.SET, SESSION, "51000"));
            }
        }
        try (Broker first = start(0);
                Broker second = start(1);
                Admin ofFirst = new Clients(first).admin();
                SocketClient member = new SocketClient(second.port())) {
            assertThat(described(ofFirst, SESSION).value()).isEqualTo("51000");
            assertThat(listed(ofFirst)).containsExactly(GROUP);
            alter(ofFirst, op(OpType.SET, HEARTBEAT, "8000"));
            await().untilAsserted(() -> assertThat(describedRaw(member)).contains("8000", "51000"));
        }
    }

    @Test
    void keysAreDescribedWithTheirSources() throws IOException {
        try (Broker broker = start(0);
                Admin admin = new Clients(broker).admin()) {
            alter(admin, op(OpType.SET, HEARTBEAT, "7000"));
            ConfigEntry set = described(admin, HEARTBEAT);
            assertThat(set.source()).isEqualTo(ConfigSource.DYNAMIC_GROUP_CONFIG);
            assertThat(set.documentation()).isNotBlank();
            String property = "group.consumer.heartbeat.interval.ms";
            assertThat(set.synonyms())
                    .extracting(ConfigEntry.ConfigSynonym::name, ConfigEntry.ConfigSynonym::value)
                    .containsExactly(tuple(HEARTBEAT, "7000"), tuple(property, "100"), tuple(property, "5000"));
            assertThat(described(admin, SESSION).value()).isEqualTo("45000");
            assertThat(described(admin, SESSION).source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
        }
    }

    @Test
    void wrongConfigurationsAreRefusedAndValidationChangesNothing() throws IOException {
        try (Broker broker = start(0);
                Admin admin = new Clients(broker).admin()) {
            assertRefused(admin, op(OpType.SET, SESSION, "5"), SESSION + "=5");
            assertRefused(admin, op(OpType.SET, SESSION, "soon"), SESSION + "=soon");
            assertRefused(admin, op(OpType.SET, "no.such", "1"), "no.such");
            assertRefused(admin, op(OpType.APPEND, SESSION, "50000"), "use SET");
            assertRefused(admin, op(OpType.SET, "share.session.timeout.ms", "50000"), "share groups");
            get(admin.incrementalAlterConfigs(
                            Map.of(RESOURCE, List.of(op(OpType.SET, SESSION, "50000"))),
                            new AlterConfigsOptions().validateOnly(true))
                    .all());
            assertThat(streams(broker)).isEmpty();
        }
    }

    @Test
    void concurrentChangesOfDifferentKeysAreAllKept() throws IOException {
        List<String> keys = List.of(SESSION, "streams.session.timeout.ms", "streams.num.standby.replicas");
        try (Broker broker = start(0);
                Admin admin = new Clients(broker).admin()) {
            List<String> values = List.of("50000", "55000", "1");
            for (OpType type : List.of(OpType.SET, OpType.DELETE, OpType.SET)) {
                List<Future<Void>> changes = keys.stream()
                        .map(key -> (Future<Void>) admin.incrementalAlterConfigs(
                                        Map.of(RESOURCE, List.of(op(type, key, values.get(keys.indexOf(key))))))
                                .all())
                        .toList();
                changes.forEach(Clients::get);
            }
            assertThat(keys).extracting(key -> described(admin, key).value()).isEqualTo(values);
        }
    }

    @Test
    void tagsOfAnotherProgramAreIgnored() throws IOException {
        try (Broker broker = start(0);
                Admin admin = new Clients(broker).admin()) {
            broker.store()
                    .createStream(
                            new CreateOptions("kafka/group/stray", Map.of("group", GROUP, "config." + SESSION, "1")))
                    .join();
            alter(admin, op(OpType.SET, HEARTBEAT, "7000"));
            assertThat(described(admin, SESSION).value()).isEqualTo("45000");
            assertThat(described(admin, HEARTBEAT).value()).isEqualTo("7000");
        }
    }

    /** Heartbeats until the coordinator has loaded its partition. */
    private static ConsumerGroupHeartbeatResponseData heartbeat(SocketClient member, String id, int epoch) {
        var request = new ConsumerGroupHeartbeatRequestData()
                .setGroupId(GROUP)
                .setMemberId(id)
                .setMemberEpoch(epoch);
        if (epoch == 0) {
            request.setRebalanceTimeoutMs(60_000)
                    .setSubscribedTopicNames(List.of("topic"))
                    .setTopicPartitions(List.of());
        }
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> ((ConsumerGroupHeartbeatResponse)
                                        member.send(ApiKeys.CONSUMER_GROUP_HEARTBEAT, 1, request))
                                .data(),
                        data -> data.errorCode() == Errors.NONE.code());
    }

    private static String describedRaw(SocketClient client) throws IOException {
        var request = new DescribeConfigsRequestData();
        request.resources()
                .add(new DescribeConfigsResource()
                        .setResourceType(ConfigResource.Type.GROUP.id())
                        .setResourceName(GROUP)
                        .setConfigurationKeys(List.of(SESSION, HEARTBEAT)));
        return client.send(ApiKeys.DESCRIBE_CONFIGS, 4, request).toString();
    }

    private static Collection<String> listed(Admin admin) {
        return get(admin.listConfigResources(Set.of(ConfigResource.Type.GROUP), new ListConfigResourcesOptions())
                        .all())
                .stream()
                .map(ConfigResource::name)
                .toList();
    }

    private static List<?> streams(Broker broker) {
        return broker.store().listStreams("kafka/group/", 0, 10).join();
    }

    private static void assertRefused(Admin admin, AlterConfigOp op, String message) {
        assertThatThrownBy(() -> alter(admin, op))
                .hasRootCauseInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(message);
    }

    private static AlterConfigOp op(OpType type, String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), type);
    }

    private static void alter(Admin admin, AlterConfigOp... ops) {
        get(admin.incrementalAlterConfigs(Map.of(RESOURCE, Arrays.asList(ops))).all());
    }

    private static ConfigEntry described(Admin admin, String key) {
        DescribeConfigsOptions options =
                new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
        return get(admin.describeConfigs(List.of(RESOURCE), options).all())
                .get(RESOURCE)
                .get(key);
    }

    private Broker start(int id) throws IOException {
        BrokerConfig config = new BrokerConfig(
                id, dir.resolve("objects").toUri(), URI.create("store:/?linger=1ms"), "localhost", 0, 1, true);
        return Broker.start(config.with(new GroupSettings(1, 1 << 20, Clients.FAST_GROUPS)));
    }
}
