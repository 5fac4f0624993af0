package io.s3stream.kafka.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client between brokers, with a broker whose answers the test gives. */
class PeerClientTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofSeconds(3);

    private FakePeer peer;
    private BrokerAddress address;
    private PeerClient client;

    @BeforeEach
    void start() throws IOException {
        peer = new FakePeer();
        address = peer.address(1);
        client = new PeerClient("peers-of-test", LONG, PeerSecurity.NONE);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        peer.close();
    }

    private void useTimeout(Duration timeout) {
        client.close();
        client = new PeerClient("peers-of-test", timeout, PeerSecurity.NONE);
    }

    private CompletableFuture<AbstractResponse> send(String group) {
        return client.send(
                address, new HeartbeatRequest.Builder(new HeartbeatRequestData().setGroupId(group)).build((short) 4));
    }

    private static String group(FakePeer.Received received) {
        return ((HeartbeatRequest) received.request()).data().groupId();
    }

    /** Answers with a number that the test can recognise. */
    private static void answer(FakePeer.Received received, int number) throws IOException {
        received.answer(new HeartbeatResponse(new HeartbeatResponseData().setThrottleTimeMs(number)));
    }

    private static int number(CompletableFuture<AbstractResponse> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS).throttleTimeMs();
    }

    private static Throwable failure(CompletableFuture<AbstractResponse> answer) throws Exception {
        try {
            throw new AssertionError("answered: " + answer.get(30, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Test
    void answersReachTheirRequestsInAnyOrder() throws Exception {
        List<CompletableFuture<AbstractResponse>> answers = new ArrayList<>();
        List<FakePeer.Received> received = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(send("" + i));
        }
        for (int i = 0; i < 5; i++) {
            received.add(peer.take());
            assertThat(group(received.get(i))).isEqualTo("" + i);
            assertThat(received.get(i).connection()).isSameAs(received.get(0).connection());
        }
        for (int i = 4; i >= 0; i--) {
            answer(received.get(i), i);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(number(answers.get(i))).isEqualTo(i);
        }
    }

    @Test
    void silentConnectionIsClosedAtTheTimeoutAndTheNextRequestOpensAnother() throws Exception {
        useTimeout(SHORT);
        CompletableFuture<AbstractResponse> silent = send("silent");
        FakePeer.Received first = peer.take();
        assertThat(failure(silent)).isInstanceOf(TimeoutException.class);
        peer.awaitEnd(first.connection());
        CompletableFuture<AbstractResponse> second = send("second");
        FakePeer.Received received = peer.take();
        assertThat(group(received)).isEqualTo("second");
        answer(received, 7);
        assertThat(number(second)).isEqualTo(7);
    }

    @Test
    void answerAfterTheTimeoutIsDropped() throws Exception {
        useTimeout(SHORT);
        CompletableFuture<AbstractResponse> late = send("late");
        CompletableFuture<AbstractResponse> other = send("other");
        FakePeer.Received first = peer.take();
        answer(peer.take(), 2); // so the connection is not silent
        assertThat(number(other)).isEqualTo(2);
        assertThat(failure(late)).isInstanceOf(TimeoutException.class);
        answer(first, 1);
        CompletableFuture<AbstractResponse> next = send("next");
        FakePeer.Received third = peer.take();
        assertThat(third.connection()).isSameAs(first.connection());
        answer(third, 3);
        assertThat(number(next)).isEqualTo(3);
    }

    @Test
    void brokenConnectionFailsItsRequestsAndTheNextRequestOpensAnother() throws Exception {
        CompletableFuture<AbstractResponse> first = send("first");
        CompletableFuture<AbstractResponse> second = send("second");
        peer.take();
        peer.take().connection().close();
        assertThat(failure(first)).isInstanceOf(NetworkException.class);
        assertThat(failure(second)).isInstanceOf(NetworkException.class);
        CompletableFuture<AbstractResponse> third = send("third");
        answer(peer.take(), 3);
        assertThat(number(third)).isEqualTo(3);
    }

    @Test
    void refusedConnectionFailsItsRequests() throws Exception {
        peer.close();
        assertThat(failure(send("refused"))).isInstanceOf(NetworkException.class);
    }

    @Test
    void answerThatIsNoResponseEndsTheConnection() throws Exception {
        CompletableFuture<AbstractResponse> first = send("first");
        CompletableFuture<AbstractResponse> second = send("second");
        FakePeer.Received received = peer.take();
        peer.take(); // otherwise the second request may be sent after the end of the connection
        received.answer(ByteBuffer.allocate(6)
                .putInt(received.header().correlationId())
                .putShort((short) 0)
                .flip());
        assertThat(failure(first)).isInstanceOf(NetworkException.class);
        assertThat(failure(second)).isInstanceOf(NetworkException.class);
        peer.awaitEnd(received.connection());
    }

    @Test
    void requestsInFlightAreBounded() throws Exception {
        List<CompletableFuture<AbstractResponse>> accepted = new ArrayList<>();
        for (int i = 0; i < PeerConnection.MAX_IN_FLIGHT; i++) {
            accepted.add(send("" + i));
        }
        assertThat(failure(send("too many"))).isInstanceOf(NetworkException.class);
        answer(peer.take(), 1);
        assertThat(number(accepted.get(0))).isEqualTo(1);
        CompletableFuture<AbstractResponse> next = send("next");
        for (int i = 1; i < PeerConnection.MAX_IN_FLIGHT; i++) {
            peer.take();
        }
        FakePeer.Received last = peer.take();
        assertThat(group(last)).isEqualTo("next");
        answer(last, 2);
        assertThat(number(next)).isEqualTo(2);
    }

    @Test
    void connectionToABrokerThatIsGoneIsClosed() throws Exception {
        CompletableFuture<AbstractResponse> answer = send("first");
        FakePeer.Received received = peer.take();
        client.viewed(new ClusterView(List.of(address), List.of(), 1));
        answer(received, 1);
        assertThat(number(answer)).isEqualTo(1);
        CompletableFuture<AbstractResponse> pending = send("second");
        client.viewed(new ClusterView(List.of(), List.of(), 2));
        assertThat(failure(pending)).isInstanceOf(NetworkException.class);
        peer.awaitEnd(received.connection());
    }

    @Test
    void closedClientFailsAllRequests() throws Exception {
        CompletableFuture<AbstractResponse> pending = send("pending");
        peer.take();
        client.close();
        assertThat(failure(pending)).isInstanceOf(NetworkException.class);
        assertThat(failure(send("after"))).isInstanceOf(NetworkException.class);
        client.close();
    }
}
