package io.s3stream.kafka;

import io.s3stream.kafka.access.AccessConfig;
import io.s3stream.kafka.net.NetworkConfig;
import io.s3stream.kafka.net.SaslUsers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brokers with SASL and access control, and clients of their users. Each user's name is the password. */
final class SecuredBrokers {

    /** The user of the brokers. */
    static final String BROKER = "broker";

    /** A super user. */
    static final String ADMIN = "admin";

    /** A user without any right, until a test grants some. */
    static final String STRANGER = "stranger";

    private SecuredBrokers() {}

    private static Optional<SaslUsers> users() {
        Map<String, String> users = new LinkedHashMap<>();
        for (String user : new String[] {BROKER, ADMIN, STRANGER}) {
            users.put(user, user);
        }
        return Optional.of(SaslUsers.of(users));
    }

    private static BrokerOptions options(boolean allowsWithoutAcl) {
        return BrokerOptions.defaults()
                .with(new NetworkConfig(2, 100 << 20, Duration.ofMinutes(1), 100, Optional.empty(), users()))
                .with(new AccessConfig(Set.of(BROKER, "User:" + ADMIN), allowsWithoutAcl));
    }

    /** A single broker, which creates topics that clients name. */
    static Broker start(Path dir) throws IOException {
        return TestBrokers.start(dir, options(false));
    }

    /** A single broker on which resources without a binding are open. */
    static Broker startOpen(Path dir) throws IOException {
        return TestBrokers.start(dir, options(true));
    }

    /** A broker of a cluster. */
    static Broker start(Path dir, int id) throws IOException {
        return Broker.start(
                new BrokerConfig(
                        id, dir.resolve("objects").toUri(), URI.create("store:/?linger=1ms"), "localhost", 0, 1, true),
                options(false));
    }

    static Clients clients(Broker broker, String user) {
        Map<String, Object> config = new HashMap<>();
        config.put("security.protocol", "SASL_PLAINTEXT");
        config.put("sasl.mechanism", "PLAIN");
        config.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                        + user + "\";");
        return new Clients(broker, config);
    }
}
