package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
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

    @TempDir
    Path dir;

    @Test
    void everyListedVersionIsAnsweredWithoutAnError() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                SocketClient client = new SocketClient(broker.port())) {
            Clients clients = new Clients(broker);
            clients.createTopic("sample", 1);
            clients.produce("sample", 0, 10);
            RequestSamples samples = new RequestSamples(clients.topicId("sample"));
            ApiVersionsResponse versions =
                    (ApiVersionsResponse) client.send(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            Set<ApiKeys> without = new TreeSet<>();
            for (ApiVersion listed : versions.data().apiKeys()) {
                ApiKeys key = ApiKeys.forId(listed.apiKey());
                if (!samples.has(key)) {
                    without.add(key);
                    continue;
                }
                for (int version = key.oldestVersion(); version <= listed.maxVersion(); version++) {
                    AbstractResponse response = client.send(key, version, samples.of(key, version));
                    assertThat(response.errorCounts().keySet())
                            .as("%s version %d: %s", key, version, response)
                            .isSubsetOf(Errors.NONE, samples.permitted(key));
                }
            }
            assertThat(RequestSamples.TESTED_ELSEWHERE).containsAll(without);
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
}
