package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.net.NetworkConfig;
import io.s3stream.kafka.net.SaslUsers;
import io.s3stream.kafka.peer.PeerClient;
import io.s3stream.kafka.peer.PeerSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.requests.ListTransactionsRequest;
import org.apache.kafka.common.requests.ListTransactionsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client between brokers, at a broker that demands TLS and SASL. */
class PeerSecurityTest {

    private static final Optional<SaslUsers> USERS = users("secret");

    @TempDir
    Path dir;

    private TestCertificate certificate;
    private Broker broker;

    @BeforeEach
    void start() throws IOException {
        certificate = TestCertificate.create(dir);
        SslContext tls = SslContextBuilder.forServer(certificate.keyManager()).build();
        NetworkConfig network = new NetworkConfig(2, 100 << 20, Duration.ofMinutes(1), 100, Optional.of(tls), USERS);
        broker = TestBrokers.start(dir, BrokerOptions.defaults().with(network));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private static Optional<SaslUsers> users(String password) {
        return Optional.of(SaslUsers.of(Map.of("broker", password)));
    }

    private static Optional<SslContext> trusting(TestCertificate certificate) throws IOException {
        return Optional.of(SslContextBuilder.forClient()
                .trustManager(certificate.trusted())
                .build());
    }

    private ListTransactionsResponse ask(String host, PeerSecurity security) throws Exception {
        try (PeerClient client = new PeerClient("peers-of-test", Duration.ofSeconds(20), security)) {
            ListTransactionsRequest request =
                    new ListTransactionsRequest.Builder(new ListTransactionsRequestData()).build((short) 1);
            return (ListTransactionsResponse) client.send(new BrokerAddress(0, host, broker.port()), request)
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private void assertRefused(String host, PeerSecurity security, String reason) {
        assertThatThrownBy(() -> ask(host, security))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NetworkException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void firstUserIsAuthenticatedOverTls() throws Exception {
        assertThat(ask("localhost", new PeerSecurity(trusting(certificate), USERS))
                        .errorCounts())
                .isNotEmpty();
    }

    @Test
    void wrongPasswordIsRefused() throws IOException {
        assertRefused("localhost", new PeerSecurity(trusting(certificate), users("guess")), "authentication failed");
    }

    @Test
    void brokerWithAnotherCertificateIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
        assertRefused("localhost", new PeerSecurity(trusting(TestCertificate.create(elsewhere)), USERS), "PKIX path");
    }

    @Test
    void brokerWithAnotherNameIsRefused() throws IOException {
        assertRefused("127.0.0.1", new PeerSecurity(trusting(certificate), USERS), "127.0.0.1");
    }

    @Test
    void connectionWithoutTlsOrUserIsRefused() {
        assertRefused("localhost", PeerSecurity.NONE, "closed the connection");
    }
}
