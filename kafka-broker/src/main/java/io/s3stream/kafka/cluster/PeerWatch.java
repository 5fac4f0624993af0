package io.s3stream.kafka.cluster;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.s3stream.kafka.catalogue.BrokerAddress;
import java.net.ConnectException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds an idle connection to each other broker, and so learns at once when its process ends: the connection breaks,
 * and a new one is refused. A broker that cannot be reached is no news here: the store notices nodes that are silent.
 * Confined to its own event loop, except {@link #update} and {@link #close}.
 */
final class PeerWatch implements Peers {

    private static final int CONNECT_MILLIS = 1000;
    private static final int RETRY_MILLIS = 50;

    private final EventLoopGroup group = new NioEventLoopGroup(1, new DefaultThreadFactory("kafka-peers"));
    private final EventLoop loop = group.next();
    private final Listener listener;
    private final Map<Integer, Connection> connections = new HashMap<>();

    PeerWatch(Listener listener) {
        this.listener = listener;
    }

    private static final class Connection {
        final Peer peer;

        @Nullable
        Channel channel;

        boolean isGone;

        Connection(Peer peer) {
            this.peer = peer;
        }
    }

    @Override
    public void update(Collection<Peer> others) {
        loop.execute(() -> {
            connections.values().removeIf(connection -> {
                boolean isGone = !others.contains(connection.peer);
                if (isGone) {
                    drop(connection);
                }
                return isGone;
            });
            for (Peer other : others) {
                if (!connections.containsKey(other.address().id())) {
                    Connection connection = new Connection(other);
                    connections.put(other.address().id(), connection);
                    connect(connection);
                }
            }
        });
    }

    private static void drop(Connection connection) {
        connection.isGone = true;
        if (connection.channel != null) {
            connection.channel.close();
        }
    }

    private void connect(Connection connection) {
        if (connection.isGone) {
            return;
        }
        BrokerAddress address = connection.peer.address();
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        context.close(); // a reset, as a process makes that ends
                    }
                })
                .connect(address.host(), address.port());
        connecting.addListener(done -> {
            if (connecting.isSuccess()) {
                connection.channel = connecting.channel();
                if (connection.isGone) {
                    connection.channel.close();
                    return;
                }
                listener.connected(connection.peer);
                connection.channel.closeFuture().addListener(closed -> connect(connection));
            } else {
                // A time-out is a ConnectException too, and says less.
                boolean isRefused = connecting.cause() instanceof ConnectException
                        && !(connecting.cause() instanceof io.netty.channel.ConnectTimeoutException);
                if (isRefused && !connection.isGone) {
                    listener.refused(connection.peer);
                }
                loop.schedule(() -> connect(connection), RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void close() {
        loop.execute(() -> {
            connections.values().forEach(PeerWatch::drop);
            connections.clear();
        });
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
