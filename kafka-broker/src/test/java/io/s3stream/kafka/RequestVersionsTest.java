package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every version of every request that the broker lists is answered. A response with a field that its version lacks
 * cannot be encoded, and its client would wait until its timeout.
 */
class RequestVersionsTest {

    private static final String TOPIC = "sample";

    @TempDir
    Path dir;

    /** Sends a request that makes sense, if there is one, an empty one, and one whose lists have an element each. */
    @Test
    void everyListedVersionIsAnswered() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                Admin admin = new Clients(broker).admin()) {
            Uuid id = create(admin);
            new Clients(broker).produce(TOPIC, 0, 10);
            List<String> faults = new ArrayList<>();
            for (ApiVersion listed : advertised(broker)) {
                ApiKeys key = ApiKeys.forId(listed.apiKey());
                RequestSamples samples = new RequestSamples(id);
                for (short version = oldest(listed); version <= listed.maxVersion(); version++) {
                    if (samples.has(key)) {
                        call(broker, key, version, samples.of(key, version), samples.permitted(key), faults);
                    }
                    call(broker, key, version, GenericRequests.empty(key), null, faults);
                }
            }
            for (ApiVersion listed : advertised(broker)) {
                ApiKeys key = ApiKeys.forId(listed.apiKey());
                for (short version = oldest(listed); version <= listed.maxVersion(); version++) {
                    call(broker, key, version, new GenericRequests(TOPIC, id).filled(key, version), null, faults);
                    if (key == ApiKeys.DELETE_TOPICS) {
                        id = create(admin);
                    }
                }
            }
            assertThat(faults).isEmpty();
        }
    }

    @Test
    void unknownVersionOfApiVersionsIsAnsweredWithTheListInVersionZero() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                SocketClient client = new SocketClient(broker.port())) {
            ApiVersionsResponse response = client.sendUnknownApiVersions();
            assertThat(response.data().errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
            assertThat(response.data().apiKeys()).isNotEmpty();
        }
    }

    /** Versions 0 to 2 of Produce are listed, because librdkafka looks for them, and do not exist. */
    static short oldest(ApiVersion api) {
        return (short) Math.max(api.minVersion(), ApiKeys.forId(api.apiKey()).oldestVersion());
    }

    private static Uuid create(Admin admin) {
        return get(
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).topicId(TOPIC));
    }

    /** The requests that the broker lists, with their versions. */
    static List<ApiVersion> advertised(Broker broker) throws IOException {
        try (SocketClient client = new SocketClient(broker.port())) {
            AbstractResponse response = client.send(
                    ApiKeys.API_VERSIONS,
                    ApiKeys.API_VERSIONS.latestVersion(),
                    new ApiVersionsRequestData().setClientSoftwareName("raw").setClientSoftwareVersion("1"));
            return List.copyOf(((ApiVersionsResponse) response).data().apiKeys());
        }
    }

    /**
     * Calls on a connection of its own, because a failure closes it.
     *
     * @param permitted the only error that the answer may have, or null for any
     */
    private static void call(
            Broker broker, ApiKeys key, short version, ApiMessage request, Errors permitted, List<String> faults) {
        if (request instanceof ProduceRequestData produce && produce.acks() == 0) {
            produce.setAcks((short) 1); // without acknowledgement there is no answer
        }
        try (SocketClient client = new SocketClient(broker.port())) {
            AbstractResponse response = client.send(key, version, request);
            boolean isRight = permitted == null
                    || List.of(Errors.NONE, permitted)
                            .containsAll(response.errorCounts().keySet());
            if (!isRight) {
                faults.add(key + " version " + version + ": " + response);
            }
        } catch (IOException | RuntimeException e) {
            faults.add(key + " version " + version + ": " + e);
        }
    }
}
