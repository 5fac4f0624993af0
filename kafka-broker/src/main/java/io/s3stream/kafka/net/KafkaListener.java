package io.s3stream.kafka.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections and gives their requests to a handler. Owns the event loops. Thread-safe. */
public final class KafkaListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaListener.class);

    /** The largest frame of a client that is not authenticated, as Kafka's {@code sasl.server.max.receive.size}. */
    private static final int MAX_UNAUTHENTICATED_BYTES = 512 << 10;

    /** Frames come from pieces of memory of 16 MiB. An event loop keeps a piece that is hardly used for the next frames. */
    private static final int PAGE_BYTES = 8 << 10;

    private static final int PIECE_ORDER = 11;

    /** Responses that are ready at the same time leave with one system call, at most this many. */
    private static final int MAX_FLUSHES = 64;

    /** How long a stop waits for the answers of requests in flight. */
    private static final int STOP_SECONDS = 10;

    private final EventLoopGroup acceptor = new NioEventLoopGroup(1, new DefaultThreadFactory("kafka-accept"));
    private final EventLoopGroup workers;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final LongAdder inFlight = new LongAdder();
    private final AtomicBoolean isFull = new AtomicBoolean();
    private final NetworkConfig config;
    private final RequestHandler handler;
    private final Channel socket;

    /**
     * Binds; requests are handled from now on.
     *
     * @param port 0 for any free port, see {@link #port}
     * @throws IOException names the address if it cannot be bound
     */
    public KafkaListener(String host, int port, NetworkConfig config, RequestHandler handler) throws IOException {
        this.config = config;
        this.handler = handler;
        workers = new NioEventLoopGroup(config.threads(), new DefaultThreadFactory("kafka-network"));
        try {
            socket = bind(host, port);
        } catch (IOException | RuntimeException | Error e) {
            stopLoops();
            throw e;
        }
        if (protocol() == SecurityProtocol.SASL_PLAINTEXT) {
            LOG.warn("event=passwords-without-tls: a network that others can read needs --tls-certificate");
        }
    }

    private Channel bind(String host, int port) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(acceptor, workers)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, allocator(config.threads()))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        var bound = bootstrap.bind(host, port).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + host + ":" + port + ": "
                            + bound.cause().getMessage() + "; choose another port or host with --listen",
                    bound.cause());
        }
        return bound.channel();
    }

    private static PooledByteBufAllocator allocator(int threads) {
        return new PooledByteBufAllocator(
                true,
                threads,
                threads,
                PAGE_BYTES,
                PIECE_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                true);
    }

    private void accept(Channel channel) {
        boolean isTooMany = connections.size() >= config.maxConnections();
        if (isFull.getAndSet(isTooMany) != isTooMany) {
            LOG.warn("event=connection-limit reached={} limit={}", isTooMany, config.maxConnections());
        }
        if (isTooMany) {
            channel.close();
            return;
        }
        connections.add(channel);
        Connection connection = new Connection(
                handler,
                protocol(),
                inFlight,
                config.users().map(SaslExchange::new).orElse(null));
        config.tls().ifPresent(tls -> channel.pipeline().addLast(tls.newHandler(channel.alloc())));
        FrameDecoder decoder = new FrameDecoder(() -> connection.isAuthenticated()
                ? config.maxRequestBytes()
                : Math.min(MAX_UNAUTHENTICATED_BYTES, config.maxRequestBytes()));
        if (config.tls().isEmpty()) {
            channel.config().setRecvByteBufAllocator(new FrameAllocator(decoder));
        }
        channel.pipeline()
                .addLast(new IdleStateHandler(0, 0, config.maxIdle().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new FlushConsolidationHandler(MAX_FLUSHES, true))
                .addLast(decoder)
                .addLast(connection);
    }

    private SecurityProtocol protocol() {
        if (config.users().isPresent()) {
            return config.tls().isPresent() ? SecurityProtocol.SASL_SSL : SecurityProtocol.SASL_PLAINTEXT;
        }
        return config.tls().isPresent() ? SecurityProtocol.SSL : SecurityProtocol.PLAINTEXT;
    }

    /** The port that is bound. */
    public int port() {
        return ((InetSocketAddress) socket.localAddress()).getPort();
    }

    /** The number of open connections. */
    public int connections() {
        return connections.size();
    }

    /** The number of requests that are not answered. */
    public long requestsInFlight() {
        return inFlight.sum();
    }

    /**
     * Accepts no further connection or request, answers the requests in flight, and closes all connections. Blocks
     * until the event loops have ended, at most some seconds longer than the answers may take.
     */
    @Override
    public void close() {
        socket.close().awaitUninterruptibly();
        for (Channel channel : connections) {
            channel.eventLoop().execute(() -> {
                ChannelHandlerContext connection = channel.pipeline().context(Connection.class);
                if (connection != null) {
                    ((Connection) connection.handler()).end(connection);
                }
            });
        }
        if (!connections.newCloseFuture().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("event=stop unanswered-connections={} after-seconds={}", connections.size(), STOP_SECONDS);
        }
        connections.close().awaitUninterruptibly();
        stopLoops();
    }

    private void stopLoops() {
        acceptor.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        workers.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        acceptor.terminationFuture().awaitUninterruptibly();
        workers.terminationFuture().awaitUninterruptibly();
    }
}
