package io.s3stream.kafka.net;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Optional;

/**
 * How a listener treats connections.
 *
 * @param threads event loops
 * @param maxRequestBytes the largest request; a larger one ends its connection
 * @param maxIdle time without a byte and without a request in progress after which a connection ends
 * @param maxConnections in total; further ones are closed as soon as they are accepted
 * @param tls present if connections are encrypted
 * @param users present if clients must authenticate with SASL; this broker authenticates with others as the first one
 * @param peerTls of connections to other brokers; present if their listeners have TLS
 */
public record NetworkConfig(
        int threads,
        int maxRequestBytes,
        Duration maxIdle,
        int maxConnections,
        Optional<SslContext> tls,
        Optional<SaslUsers> users,
        Optional<SslContext> peerTls) {

    /** Kafka's defaults: 100 MiB, ten minutes, no TLS, no SASL; and at most 20 000 connections. */
    public static final NetworkConfig DEFAULTS =
            new NetworkConfig(2, 100 << 20, Duration.ofMinutes(10), 20_000, Optional.empty(), Optional.empty());

    /** Without TLS to other brokers. */
    public NetworkConfig(
            int threads,
            int maxRequestBytes,
            Duration maxIdle,
            int maxConnections,
            Optional<SslContext> tls,
            Optional<SaslUsers> users) {
        this(threads, maxRequestBytes, maxIdle, maxConnections, tls, users, Optional.empty());
    }
}
