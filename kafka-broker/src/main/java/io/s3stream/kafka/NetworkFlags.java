package io.s3stream.kafka;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.s3stream.kafka.net.NetworkConfig;
import io.s3stream.kafka.net.SaslUsers;
import io.s3stream.kafka.net.SaslUsersFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the command line for connections: limits, TLS and SASL. Owns the watch of the file of users. */
final class NetworkFlags implements AutoCloseable {

    /** Time between two looks at the file of users. */
    private static final Duration USERS_INTERVAL = Duration.ofSeconds(5);

    private @Nullable SaslUsersFile usersFile;

    @Option(
            names = "--network-threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Threads that serve connections. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(
            names = "--max-request-bytes",
            paramLabel = "SIZE",
            defaultValue = "100MiB",
            converter = UnitConverters.Bytes.class,
            description = "The largest request; a larger one ends its connection. Default: ${DEFAULT-VALUE}")
    private long maxRequestBytes;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "20000",
            description = "The maximum number of connections; further ones are closed. Default: ${DEFAULT-VALUE}")
    private int maxConnections;

    @Option(
            names = "--max-idle",
            paramLabel = "DURATION",
            defaultValue = "10m",
            converter = UnitConverters.Time.class,
            description = "Time without traffic after which a connection is closed. Default: ${DEFAULT-VALUE}")
    private Duration maxIdle = NetworkConfig.DEFAULTS.maxIdle();

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "PEM file with the broker's certificate and its chain; connections are encrypted then.")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "PEM file with the private key of the certificate, PKCS #8, without a password.")
    private @Nullable Path key;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            description = "PEM file with certificate authorities; clients must have a certificate of one of them then.")
    private @Nullable Path clientAuthority;

    @Option(
            names = "--tls-peer-ca",
            paramLabel = "FILE",
            description = "PEM file with the authorities of the other brokers' certificates. Default: the certificates "
                    + "of --tls-certificate, which fits to brokers with one certificate or one issuer in it.")
    private @Nullable Path peerAuthority;

    @Option(
            names = "--sasl-users",
            paramLabel = "FILE",
            description = "File with a line USER:PASSWORD for each user. Clients must authenticate then, with PLAIN, "
                    + "SCRAM-SHA-256 or SCRAM-SHA-512. The file is read again when it changes. Every user may do everything without --acl. Brokers use the first user "
                    + "for connections to each other.")
    private @Nullable Path users;

    /**
     * The network that the options describe.
     *
     * @throws IOException a file cannot be read
     * @throws IllegalArgumentException names option, value and remedy
     */
    NetworkConfig config() throws IOException {
        atLeast("--network-threads", threads, 1);
        atLeast("--max-connections", maxConnections, 1);
        if (maxRequestBytes < 1024 || maxRequestBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "--max-request-bytes=" + maxRequestBytes + ": must be from 1KiB to 1GiB");
        }
        if (maxIdle.isZero()) {
            throw new IllegalArgumentException("--max-idle=" + maxIdle + ": must be longer than zero, such as 10m");
        }
        return new NetworkConfig(threads, (int) maxRequestBytes, maxIdle, maxConnections, tls(), users(), peerTls());
    }

    private Optional<SaslUsers> users() throws IOException {
        if (users == null) {
            return Optional.empty();
        }
        usersFile = new SaslUsersFile(users).start(USERS_INTERVAL);
        return Optional.of(usersFile.users());
    }

    @Override
    public void close() {
        if (usersFile != null) {
            usersFile.close();
        }
    }

    /** Whether each client must have a certificate. */
    boolean demandsCertificates() {
        return clientAuthority != null;
    }

    /** The subject of the broker's certificate, as the other brokers see it. Call after {@link #config}. */
    String subject() throws IOException {
        if (certificate == null) {
            throw new IllegalStateException("there is no --tls-certificate");
        }
        try (InputStream in = Files.newInputStream(certificate)) {
            X509Certificate first =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            return first.getSubjectX500Principal().getName();
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    "--tls-certificate=" + certificate + ": " + e.getMessage() + "; it must be a PEM file", e);
        }
    }

    private static void atLeast(String option, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(option + "=" + value + ": must be at least " + minimum);
        }
    }

    private Optional<SslContext> tls() throws IOException {
        if (certificate == null && key == null && clientAuthority == null) {
            return Optional.empty();
        }
        if (certificate == null || key == null) {
            throw new IllegalArgumentException("TLS needs both --tls-certificate and --tls-key");
        }
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(certificate.toFile(), key.toFile());
            if (clientAuthority != null) {
                builder.trustManager(clientAuthority.toFile()).clientAuth(ClientAuth.REQUIRE);
            }
            return Optional.of(builder.build());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--tls-certificate=" + certificate + " --tls-key=" + key + ": " + e.getMessage()
                            + "; both must be PEM files, the key PKCS #8 without a password",
                    e);
        }
    }

    /** Presents the broker's own certificate, in case the others demand one. Call after {@link #tls}. */
    private Optional<SslContext> peerTls() throws IOException {
        if (certificate == null || key == null) {
            if (peerAuthority != null) {
                throw new IllegalArgumentException(
                        "--tls-peer-ca=" + peerAuthority + ": needs --tls-certificate and --tls-key");
            }
            return Optional.empty();
        }
        Path authority = peerAuthority == null ? certificate : peerAuthority;
        try {
            return Optional.of(SslContextBuilder.forClient()
                    .keyManager(certificate.toFile(), key.toFile())
                    .trustManager(authority.toFile())
                    .build());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--tls-peer-ca=" + authority + ": " + e.getMessage() + "; it must be a PEM file with certificates",
                    e);
        }
    }
}
