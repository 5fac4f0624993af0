package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user without any right gets no data and no effect from any request that the broker lists, in any version. The test
 * needs no row for a new request: its handler fails the test until it checks rights.
 */
class DeniedRequestsTest {

    /** The name of a topic, a group and a transactional id, which all requests name. */
    private static final String NAME = "sample";

    /** Texts that only resources have which the user must not see. */
    private static final String SECRET = "secret";

    private static final String RETENTION = "86399123";

    /** Requests that every client may send, as in Kafka: they answer versions, mechanisms and the addresses of brokers. */
    private static final Set<ApiKeys> PUBLIC =
            Set.of(ApiKeys.API_VERSIONS, ApiKeys.DESCRIBE_CLUSTER, ApiKeys.SASL_HANDSHAKE, ApiKeys.SASL_AUTHENTICATE);

    /** Requests that leave out resources instead of refusing them. DescribeLogDirs has no error in old versions. */
    private static final Set<ApiKeys> FILTERED =
            Set.of(ApiKeys.LIST_GROUPS, ApiKeys.LIST_TRANSACTIONS, ApiKeys.DESCRIBE_LOG_DIRS);

    private static final Set<Errors> DENIALS = Set.of(
            Errors.TOPIC_AUTHORIZATION_FAILED,
            Errors.GROUP_AUTHORIZATION_FAILED,
            Errors.CLUSTER_AUTHORIZATION_FAILED,
            Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);

    private static final TopicPartition PARTITION = new TopicPartition(NAME, 0);

    @TempDir
    Path dir;

    @Test
    void userWithoutRightsGetsNoDataAndNoEffect() throws IOException {
        try (Broker broker = SecuredBrokers.start(dir);
                Admin admin =
                        SecuredBrokers.clients(broker, SecuredBrokers.ADMIN).admin()) {
            fill(SecuredBrokers.clients(broker, SecuredBrokers.ADMIN), admin);
            List<Object> before = state(admin);
            Uuid id = get(admin.describeTopics(List.of(NAME)).allTopicNames())
                    .get(NAME)
                    .topicId();
            GenericRequests generic = new GenericRequests(NAME, id);
            List<String> faults = new ArrayList<>();
            int requests = 0;
            for (ApiVersion api : RequestVersionsTest.advertised(broker)) {
                ApiKeys key = ApiKeys.forId(api.apiKey());
                for (short version = RequestVersionsTest.oldest(api); version <= api.maxVersion(); version++) {
                    call(broker, key, version, generic.filled(key, version), true, faults);
                    call(broker, key, version, GenericRequests.all(key, version), false, faults);
                    requests += 2;
                }
            }
            assertThat(faults).isEmpty();
            assertThat(requests).as("requests that were sent").isGreaterThan(300);
            assertThat(state(admin)).isEqualTo(before);
        }
    }

    private static void fill(Clients clients, Admin admin) {
        get(admin.createTopics(List.of(
                        new NewTopic(NAME, 1, (short) 1).configs(Map.of("retention.ms", RETENTION)),
                        new NewTopic(SECRET, 1, (short) 1)))
                .all());
        for (String id : List.of(NAME, SECRET)) {
            try (KafkaProducer<String, String> producer = clients.producer(Map.of("transactional.id", id))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(NAME, 0, SECRET, SECRET));
                producer.commitTransaction();
            }
            get(admin.alterConsumerGroupOffsets(id, Map.of(PARTITION, new OffsetAndMetadata(1, SECRET)))
                    .all());
        }
        get(admin.createAcls(List.of(AccessTest.binding(
                        ResourceType.TOPIC, SECRET, PatternType.PREFIXED, AclOperation.READ, AclPermissionType.DENY)))
                .all());
    }

    /** All that a request could change. */
    private static List<Object> state(Admin admin) {
        List<Object> state = new ArrayList<>();
        state.add(Set.copyOf(get(admin.listTopics().names())));
        state.add(get(admin.describeTopics(List.of(NAME, SECRET)).allTopicNames()).values().stream()
                .map(topic -> topic.partitions().size())
                .toList());
        for (OffsetSpec spec : List.of(OffsetSpec.earliest(), OffsetSpec.latest())) {
            state.add(get(admin.listOffsets(Map.of(PARTITION, spec)).all())
                    .get(PARTITION)
                    .offset());
        }
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, NAME);
        state.add(new HashSet<>(get(admin.describeConfigs(List.of(resource)).all())
                .get(resource)
                .entries()));
        for (String group : List.of(NAME, SECRET)) {
            state.add(get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
        }
        state.add(Set.copyOf(get(admin.describeAcls(AclBindingFilter.ANY).values())));
        state.add(new HashSet<>(get(admin.listTransactions().all()).stream()
                .map(listed -> listed.transactionalId() + " " + listed.producerId())
                .toList()));
        return state;
    }

    /** Sends a request on a connection of its own, and adds the faults of its answer. */
    private static void call(
            Broker broker, ApiKeys key, short version, ApiMessage request, boolean isNamed, List<String> faults) {
        if (key == ApiKeys.SASL_HANDSHAKE || key == ApiKeys.SASL_AUTHENTICATE) {
            return; // each connection begins with them
        }
        if (request instanceof ProduceRequestData produce) {
            produce.setAcks((short) 1); // without acknowledgement there is no answer
        }
        String name = key + " version " + version + (isNamed ? "" : " for all");
        try (SocketClient client = new SocketClient(broker.port())) {
            client.login(SecuredBrokers.STRANGER, SecuredBrokers.STRANGER);
            SocketClient.Answer answer = client.answer(key, version, request);
            String text = new String(answer.bytes(), StandardCharsets.ISO_8859_1);
            if (text.contains(SECRET) || text.contains(RETENTION)) {
                faults.add(name + " tells a secret: " + answer.response());
            }
            Set<Errors> errors = new HashSet<>(answer.response().errorCounts().keySet());
            errors.remove(Errors.NONE);
            boolean isDenied = !errors.isEmpty() && DENIALS.containsAll(errors);
            if (isNamed && !isDenied && !PUBLIC.contains(key) && !FILTERED.contains(key)) {
                faults.add(name + " is not denied: " + answer.response());
            }
        } catch (IOException | RuntimeException e) {
            faults.add(name + " is not answered: " + e);
        }
    }
}
