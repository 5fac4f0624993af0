package io.s3stream.kafka.peer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslAuthenticateResponse;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.requests.SaslHandshakeResponse;

/** The authentication of one connection to another broker. Owns the state of the mechanism; confined to an event loop. */
final class PeerLogin {

    private final SaslClient client;
    private final Function<AbstractRequest, CompletableFuture<AbstractResponse>> sender;

    /** @param sender of requests on the connection; its futures complete on the event loop */
    PeerLogin(SaslClient client, Function<AbstractRequest, CompletableFuture<AbstractResponse>> sender) {
        this.client = client;
        this.sender = sender;
    }

    /** Completes when the broker has accepted the user, and the user has verified the broker. */
    CompletableFuture<Void> start() {
        SaslHandshakeRequestData data = new SaslHandshakeRequestData().setMechanism(client.getMechanismName());
        return sender.apply(new SaslHandshakeRequest.Builder(data).build(ApiKeys.SASL_HANDSHAKE.latestVersion()))
                .thenCompose(response -> {
                    check(((SaslHandshakeResponse) response).error());
                    return sendToken(next(new byte[0]));
                });
    }

    private CompletableFuture<Void> sendToken(byte[] token) {
        SaslAuthenticateRequestData data = new SaslAuthenticateRequestData().setAuthBytes(token);
        return sender.apply(new SaslAuthenticateRequest.Builder(data).build(ApiKeys.SASL_AUTHENTICATE.latestVersion()))
                .thenCompose(response -> {
                    SaslAuthenticateResponse answer = (SaslAuthenticateResponse) response;
                    check(answer.error());
                    byte[] following = next(answer.saslAuthBytes());
                    return client.isComplete() ? CompletableFuture.completedFuture(null) : sendToken(following);
                });
    }

    private byte[] next(byte[] challenge) {
        try {
            byte[] token = client.evaluateChallenge(challenge);
            return token == null ? new byte[0] : token;
        } catch (SaslException e) {
            throw new CompletionException(e);
        }
    }

    private void check(Errors error) {
        if (error != Errors.NONE) {
            throw new SaslAuthenticationException("the broker answers " + error + " to " + client.getMechanismName()
                    + "; all brokers need the same first user in --sasl-users");
        }
    }
}
