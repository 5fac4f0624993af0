package io.s3stream.kafka.peer;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.cluster.ClusterListener;
import io.s3stream.kafka.partition.PartitionLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to other brokers. The client opens a connection to a broker with the first request, and closes it when
 * the broker serves clients no longer. Thread-safe; only {@link #close} blocks. An event loop owns all connections.
 */
public final class PeerClient implements ClusterListener, AutoCloseable {

    /** How long a request may take, with the opening of the connection. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Duration timeout;
    private final PeerSecurity security;

    /** Confined to the event loop. */
    private final Map<BrokerAddress, PeerConnection> connections = new HashMap<>();

    /**
     * @param name of the client's thread
     * @param timeout of a request
     */
    public PeerClient(String name, Duration timeout, PeerSecurity security) {
        this.security = security;
        this.timeout = timeout;
        group = new NioEventLoopGroup(1, new DefaultThreadFactory(name, true));
        loop = group.next();
    }

    /**
     * Sends a request.
     *
     * @return completes with the answer, on the client's event loop: a dependent action must not block. Fails with a
     *     {@link org.apache.kafka.common.errors.RetriableException} if the timeout expires, the connection breaks, too
     *     many requests wait for answers, or this client is closed. The broker may have carried out the request then
     */
    public CompletableFuture<AbstractResponse> send(BrokerAddress broker, AbstractRequest request) {
        CompletableFuture<AbstractResponse> answer = new CompletableFuture<>();
        try {
            loop.execute(() -> send(broker, request, answer));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new NetworkException("this broker stops", e));
        }
        return answer;
    }

    private void send(BrokerAddress broker, AbstractRequest request, CompletableFuture<AbstractResponse> answer) {
        try {
            PeerConnection connection = connections.get(broker);
            if (connection == null) {
                connection =
                        new PeerConnection(broker, security, loop, timeout, ended -> connections.remove(broker, ended));
                connections.put(broker, connection);
                connection.open();
            }
            connection.send(request, answer);
        } catch (Throwable e) { // such as a lack of memory: the caller must learn of it
            answer.completeExceptionally(new NetworkException("the request to " + broker + " was not sent", e));
        }
    }

    /** Closes the connections to brokers that serve clients no longer. */
    @Override
    public void viewed(ClusterView view) {
        List<BrokerAddress> brokers = view.brokers();
        try {
            loop.execute(() -> List.copyOf(connections.values()).stream()
                    .filter(connection -> !brokers.contains(connection.broker()))
                    .forEach(connection -> connection.end("the broker serves clients no longer")));
        } catch (RejectedExecutionException e) {
            LOG.debug("the client is closed: a view is dropped", e);
        }
    }

    @Override
    public void opened(PartitionLog log) {}

    @Override
    public void closed(PartitionLog log) {}

    /** Closes all connections; requests without an answer fail. Blocks until the event loop has ended. */
    @Override
    public void close() {
        if (group.isShuttingDown()) {
            return;
        }
        loop.execute(
                () -> List.copyOf(connections.values()).forEach(connection -> connection.end("this broker stops")));
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
