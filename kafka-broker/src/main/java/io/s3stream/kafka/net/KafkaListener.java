package io.s3stream.kafka.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Accepts connections and gives their requests to a handler. Owns the event loops. */
public final class KafkaListener implements AutoCloseable {

    /** The largest request, as Kafka's {@code socket.request.max.bytes}. */
    private static final int MAX_FRAME = 100 << 20;

    private final EventLoopGroup acceptor = new NioEventLoopGroup(1, new DefaultThreadFactory("kafka-accept"));
    private final EventLoopGroup workers;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel socket;

    /**
     * Binds; requests are handled from now on.
     *
     * @param port 0 for any free port, see {@link #port}
     * @param threads event loops
     * @throws IOException names the address if it cannot be bound
     */
    public KafkaListener(String host, int port, int threads, RequestHandler handler) throws IOException {
        workers = new NioEventLoopGroup(threads, new DefaultThreadFactory("kafka-network"));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(acceptor, workers)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, 4, 0, 4))
                                .addLast(new Connection(handler));
                    }
                });
        var bound = bootstrap.bind(host, port).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw new IOException(
                    "cannot listen on " + host + ":" + port + ": "
                            + bound.cause().getMessage() + "; choose another port or host with --listen",
                    bound.cause());
        }
        socket = bound.channel();
    }

    /** The port that is bound. */
    public int port() {
        return ((InetSocketAddress) socket.localAddress()).getPort();
    }

    /** Closes the socket and every connection. Blocks until the event loops have ended, at most some seconds. */
    @Override
    public void close() {
        if (socket != null) {
            socket.close().awaitUninterruptibly();
        }
        connections.close().awaitUninterruptibly();
        acceptor.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        workers.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        acceptor.terminationFuture().awaitUninterruptibly();
        workers.terminationFuture().awaitUninterruptibly();
    }
}
