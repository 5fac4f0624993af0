package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.s3stream.kafka.net.NetworkConfig;
import io.s3stream.kafka.net.SaslUsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits, security and the stop of connections. */
class NetworkTest {

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void clientsAuthenticateWithTheirPasswords(String mechanism) throws IOException {
        try (Broker broker = start(Optional.empty(), Optional.of(SaslUsers.of(Map.of("alice", "secret"))))) {
            Clients clients = new Clients(broker, sasl(mechanism, "secret", "SASL_PLAINTEXT"));
            clients.produce("greetings", 0, 10);
            assertThat(clients.consume("greetings", 0, 10)).isEqualTo(Clients.values(10));

            Clients stranger = new Clients(broker, sasl(mechanism, "guess", "SASL_PLAINTEXT"));
            assertThatThrownBy(() -> stranger.createTopic("forbidden", 1))
                    .hasRootCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void requestsBeforeTheAuthenticationEndTheConnection() throws IOException {
        try (Broker broker = start(Optional.empty(), Optional.of(SaslUsers.of(Map.of("alice", "secret"))));
                SocketClient client = new SocketClient(broker.port())) {
            client.send(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            client.begin(ApiKeys.METADATA, 9, new MetadataRequestData());
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void connectionsAreEncrypted() throws IOException {
        TestCertificate certificate = TestCertificate.create(dir);
        SslContext tls = SslContextBuilder.forServer(certificate.keyManager()).build();
        try (Broker broker = start(Optional.of(tls), Optional.of(SaslUsers.of(Map.of("alice", "secret"))))) {
            Map<String, Object> security = sasl("SCRAM-SHA-512", "secret", "SASL_SSL");
            security.putAll(certificate.clientConfig());
            Clients clients = new Clients(broker, security);
            clients.produce("greetings", 0, 1000);
            assertThat(clients.consume("greetings", 0, 1000)).isEqualTo(Clients.values(1000));
        }
    }

    @Test
    void requestLargerThanTheLimitEndsItsConnection() throws IOException {
        try (Broker broker = start(config(2000, Duration.ofMinutes(1), 100));
                SocketClient client = new SocketClient(broker.port())) {
            client.send(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            client.sendLength(2001);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void idleConnectionEnds() throws IOException {
        try (Broker broker = start(config(1 << 20, Duration.ofMillis(200), 100));
                SocketClient client = new SocketClient(broker.port())) {
            client.send(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws IOException {
        try (Broker broker = start(config(1 << 20, Duration.ofMinutes(1), 3))) {
            List<SocketClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(new SocketClient(broker.port()));
                clients.get(i).send(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            }
            try (SocketClient refused = new SocketClient(broker.port())) {
                assertThat(refused.isEnded()).isTrue();
            }
            clients.get(0).close();
            await().untilAsserted(() -> assertThat(broker.connections()).isEqualTo(2));
            try (SocketClient accepted = new SocketClient(broker.port())) {
                accepted.send(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            }
            clients.get(1).close();
            clients.get(2).close();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        try (Broker broker = TestBrokers.start(dir);
                SocketClient client = new SocketClient(broker.port())) {
            new Clients(broker).createTopic("empty", 1);
            List<RequestHeader> headers = new ArrayList<>();
            headers.add(client.begin(ApiKeys.FETCH, 12, waitingFetch(300)));
            for (int i = 0; i < 1000; i++) {
                headers.add(client.begin(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData()));
            }
            for (RequestHeader header : headers) {
                assertThat(client.receive(header).errorCounts()).containsKey(Errors.NONE);
            }
        }
    }

    @Test
    void stopAnswersTheRequestsInFlight() throws IOException {
        Broker broker = TestBrokers.start(dir);
        new Clients(broker).createTopic("empty", 1);
        try (SocketClient client = new SocketClient(broker.port())) {
            RequestHeader waiting = client.begin(ApiKeys.FETCH, 12, waitingFetch(60_000));
            client.begin(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            await().until(() -> broker.requestsInFlight() == 2);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(broker::close);
            FetchResponse response = (FetchResponse) client.receive(waiting);
            assertThat(response.error()).isEqualTo(Errors.NONE);
            stopped.join();
        }
    }

    @Test
    void usersAreReadFromAFile() throws IOException {
        Path file = Files.writeString(dir.resolve("users"), "# comment\n\nalice:pass:word\n");
        assertThat(SaslUsers.read(file)).isNotNull();
        Files.writeString(file, "alice:secret\nbob\n");
        assertThatThrownBy(() -> SaslUsers.read(file)).hasMessageContaining("line 2: must be USER:PASSWORD");
    }

    private static FetchRequestData waitingFetch(int waitMs) {
        var topic = new FetchRequestData.FetchTopic().setTopic("empty");
        topic.partitions().add(new FetchRequestData.FetchPartition().setPartitionMaxBytes(1 << 20));
        FetchRequestData data =
                new FetchRequestData().setMaxBytes(1 << 20).setMinBytes(1).setMaxWaitMs(waitMs);
        data.topics().add(topic);
        return data;
    }

    private static Map<String, Object> sasl(String mechanism, String password, String protocol) {
        String module = mechanism.equals("PLAIN")
                ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                : "org.apache.kafka.common.security.scram.ScramLoginModule";
        Map<String, Object> config = new HashMap<>();
        config.put("security.protocol", protocol);
        config.put("sasl.mechanism", mechanism);
        config.put("sasl.jaas.config", module + " required username=\"alice\" password=\"" + password + "\";");
        return config;
    }

    private static NetworkConfig config(int maxBytes, Duration idle, int maxConnections) {
        return new NetworkConfig(2, maxBytes, idle, maxConnections, Optional.empty(), Optional.empty());
    }

    private Broker start(NetworkConfig config) throws IOException {
        return TestBrokers.start(dir, BrokerOptions.defaults().with(config));
    }

    private Broker start(Optional<SslContext> tls, Optional<SaslUsers> users) throws IOException {
        return start(new NetworkConfig(2, 100 << 20, Duration.ofMinutes(1), 100, tls, users));
    }
}
