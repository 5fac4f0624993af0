package io.s3stream.kafka.peer;

import io.netty.handler.ssl.SslContext;
import io.s3stream.kafka.net.SaslUsers;
import java.util.Optional;

/**
 * How connections to other brokers are secured, which must fit to the listeners of these brokers.
 *
 * @param tls of a client, present if connections are encrypted
 * @param users present if the client must authenticate, as one of them
 */
public record PeerSecurity(Optional<SslContext> tls, Optional<SaslUsers> users) {

    /** No TLS and no SASL. */
    public static final PeerSecurity NONE = new PeerSecurity(Optional.empty(), Optional.empty());
}
