package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends a request of each version of each API that the broker advertises. Each must be answered: a field that a version
 * lacks would throw where the answer is written, and leave the client without one.
 */
class AllApisTest {

    private static final String TOPIC = "sample";

    @TempDir
    Path dir;

    @Test
    void emptyRequestsAreAnswered() throws IOException {
        try (Broker broker = start()) {
            List<String> unanswered = new ArrayList<>();
            for (ApiVersion api : advertised(broker)) {
                ApiKeys key = ApiKeys.forId(api.apiKey());
                for (short version = oldest(api); version <= api.maxVersion(); version++) {
                    call(broker, key, version, GenericRequests.empty(key), unanswered);
                }
            }
            assertThat(unanswered).isEmpty();
        }
    }

    @Test
    void filledRequestsAreAnswered() throws IOException {
        try (Broker broker = start();
                Admin admin = new Clients(broker).admin()) {
            List<String> unanswered = new ArrayList<>();
            Uuid id = create(admin);
            for (ApiVersion api : advertised(broker)) {
                ApiKeys key = ApiKeys.forId(api.apiKey());
                for (short version = oldest(api); version <= api.maxVersion(); version++) {
                    call(broker, key, version, new GenericRequests(TOPIC, id).filled(key, version), unanswered);
                    if (!get(admin.listTopics().names()).contains(TOPIC)) {
                        id = create(admin);
                    }
                }
            }
            assertThat(unanswered).isEmpty();
        }
    }

    @Test
    void everyGroupApiIsAdvertised() throws IOException {
        try (Broker broker = start()) {
            assertThat(advertised(broker).stream().map(api -> ApiKeys.forId(api.apiKey())))
                    .containsAll(Set.of(
                            ApiKeys.FIND_COORDINATOR,
                            ApiKeys.JOIN_GROUP,
                            ApiKeys.SYNC_GROUP,
                            ApiKeys.HEARTBEAT,
                            ApiKeys.LEAVE_GROUP,
                            ApiKeys.LIST_GROUPS,
                            ApiKeys.DESCRIBE_GROUPS,
                            ApiKeys.DELETE_GROUPS,
                            ApiKeys.CONSUMER_GROUP_HEARTBEAT,
                            ApiKeys.CONSUMER_GROUP_DESCRIBE,
                            ApiKeys.STREAMS_GROUP_HEARTBEAT,
                            ApiKeys.STREAMS_GROUP_DESCRIBE,
                            ApiKeys.OFFSET_COMMIT,
                            ApiKeys.OFFSET_FETCH,
                            ApiKeys.OFFSET_DELETE));
        }
    }

    /** Versions 0 to 2 of Produce are listed, because librdkafka looks for them, and do not exist. */
    private static short oldest(ApiVersion api) {
        return (short) Math.max(api.minVersion(), ApiKeys.forId(api.apiKey()).oldestVersion());
    }

    private static Uuid create(Admin admin) {
        return get(
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).topicId(TOPIC));
    }

    private static List<ApiVersion> advertised(Broker broker) throws IOException {
        try (SocketClient client = new SocketClient(broker.port())) {
            AbstractResponse response = client.send(
                    ApiKeys.API_VERSIONS,
                    ApiKeys.API_VERSIONS.latestVersion(),
                    new ApiVersionsRequestData().setClientSoftwareName("raw").setClientSoftwareVersion("1"));
            return List.copyOf(((ApiVersionsResponse) response).data().apiKeys());
        }
    }

    /** Calls on a connection of its own, because a failure closes it. */
    private static void call(Broker broker, ApiKeys key, short version, ApiMessage request, List<String> unanswered) {
        if (request instanceof ProduceRequestData produce) {
            produce.setAcks((short) 1); // without acknowledgement there is no answer
        }
        try (SocketClient client = new SocketClient(broker.port())) {
            client.send(key, version, request);
        } catch (IOException | RuntimeException e) {
            unanswered.add(key + " version " + version + ": " + e);
        }
    }

    private Broker start() throws IOException {
        return Broker.start(TestBrokers.config(dir));
    }
}
