package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.s3stream.kafka.access.AccessConfig;
import io.s3stream.kafka.net.NetworkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The principal of a client without SASL is the subject of its certificate. */
class AccessByCertificateTest {

    @TempDir
    Path dir;

    private boolean isPermitted(String superUser) throws IOException {
        TestCertificate certificate = TestCertificate.create(dir);
        SslContext tls = SslContextBuilder.forServer(certificate.keyManager())
                .trustManager(certificate.trusted())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
        BrokerOptions options = BrokerOptions.defaults()
                .with(new NetworkConfig(2, 100 << 20, Duration.ofMinutes(1), 100, Optional.of(tls), Optional.empty()))
                .with(new AccessConfig(Set.of(superUser), false));
        try (Broker broker = TestBrokers.start(dir, options)) {
            Map<String, Object> config = new HashMap<>(certificate.clientConfig());
            config.put("security.protocol", "SSL");
            config.put("ssl.keystore.location", config.get("ssl.truststore.location"));
            config.put("ssl.keystore.password", config.get("ssl.truststore.password"));
            config.put("ssl.keystore.type", "PKCS12");
            try (Admin admin = new Clients(broker, config).admin()) {
                assertThat(get(admin.describeAcls(AclBindingFilter.ANY).values()))
                        .isEmpty();
                return true;
            }
        }
    }

    @Test
    void subjectOfTheCertificateIsTheUser() throws IOException {
        assertThat(isPermitted("CN=localhost")).isTrue();
    }

    @Test
    void anotherSubjectHasNoRight() {
        assertThatThrownBy(() -> isPermitted("CN=another")).hasRootCauseInstanceOf(ClusterAuthorizationException.class);
    }
}
