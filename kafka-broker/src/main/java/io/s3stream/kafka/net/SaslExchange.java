package io.s3stream.kafka.net;

import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslAuthenticateResponse;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.requests.SaslHandshakeResponse;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authentication of one connection. It owns the state of the mechanism, and is confined to the event loop of the
 * connection. After the handshake of version 0 the tokens of the mechanism come without Kafka's headers.
 */
final class SaslExchange {

    private static final Logger LOG = LoggerFactory.getLogger(SaslExchange.class);

    private final SaslUsers users;

    @Nullable
    private SaslServer server;

    private boolean hasRawTokens;

    SaslExchange(SaslUsers users) {
        this.users = users;
    }

    /** Whether the client is known, so that its requests are handled. */
    boolean isComplete() {
        return server != null && server.isComplete();
    }

    /** Whether the next frame is a token of the mechanism, without a header. */
    boolean expectsRawToken() {
        return hasRawTokens && !isComplete();
    }

    KafkaPrincipal principal() {
        return server != null && server.isComplete()
                ? new KafkaPrincipal(KafkaPrincipal.USER_TYPE, server.getAuthorizationID())
                : KafkaPrincipal.ANONYMOUS;
    }

    /** Chooses the mechanism. */
    KafkaResponse handshake(SaslHandshakeRequest request) {
        String mechanism = request.data().mechanism();
        SaslHandshakeResponseData data = new SaslHandshakeResponseData().setMechanisms(SaslUsers.MECHANISMS);
        if (server != null) {
            return KafkaResponse.last(new SaslHandshakeResponse(data.setErrorCode(Errors.ILLEGAL_SASL_STATE.code())));
        }
        if (!SaslUsers.MECHANISMS.contains(mechanism)) {
            return KafkaResponse.last(
                    new SaslHandshakeResponse(data.setErrorCode(Errors.UNSUPPORTED_SASL_MECHANISM.code())));
        }
        server = users.server(mechanism);
        hasRawTokens = request.version() == 0;
        return KafkaResponse.of(new SaslHandshakeResponse(data));
    }

    /** Takes a token; a wrong one ends the connection after its answer. */
    KafkaResponse authenticate(SaslAuthenticateRequest request) {
        SaslAuthenticateResponseData data = new SaslAuthenticateResponseData();
        try {
            return KafkaResponse.of(new SaslAuthenticateResponse(
                    data.setAuthBytes(token(request.data().authBytes()))));
        } catch (SaslException | SaslAuthenticationException e) {
            LOG.info("event=authentication-failed mechanism={} reason={}", mechanismName(), "" + e);
            LOG.debug("authentication failed", e);
            data.setErrorCode(Errors.SASL_AUTHENTICATION_FAILED.code()).setErrorMessage("Authentication failed");
            return KafkaResponse.last(new SaslAuthenticateResponse(data));
        }
    }

    private String mechanismName() {
        return server == null ? "none" : server.getMechanismName();
    }

    /**
     * Takes a token and returns the next one for the client.
     *
     * @throws SaslException the token is wrong, or no mechanism is chosen
     */
    byte[] token(byte[] received) throws SaslException {
        if (server == null || server.isComplete()) {
            throw new SaslException("a token without a handshake before it");
        }
        byte[] next = server.evaluateResponse(received);
        return next == null ? new byte[0] : next;
    }
}
