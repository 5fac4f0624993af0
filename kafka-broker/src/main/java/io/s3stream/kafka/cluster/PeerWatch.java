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
    private final Map<Integer, Peer> peers = new HashMap<>();

    PeerWatch(Listener listener) {
        this.listener = listener;
    }

    private static final class Peer {
        final BrokerAddress address;

        @Nullable
        Channel channel;

        boolean isGone;

        Peer(BrokerAddress address) {
            this.address = address;
        }
    }

    @Override
    public void update(Collection<BrokerAddress> others) {
        loop.execute(() -> {
            peers.values().removeIf(peer -> {
                boolean isGone = !others.contains(peer.address);
                if (isGone) {
                    drop(peer);
                }
                return isGone;
            });
            for (BrokerAddress other : others) {
                if (!peers.containsKey(other.id())) {
                    Peer peer = new Peer(other);
                    peers.put(other.id(), peer);
                    connect(peer);
                }
            }
        });
    }

    private static void drop(Peer peer) {
        peer.isGone = true;
        if (peer.channel != null) {
            peer.channel.close();
        }
    }

    private void connect(Peer peer) {
        if (peer.isGone) {
            return;
        }
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
                .connect(peer.address.host(), peer.address.port());
        connecting.addListener(done -> {
            if (connecting.isSuccess()) {
                peer.channel = connecting.channel();
                if (peer.isGone) {
                    peer.channel.close();
                    return;
                }
                listener.connected(peer.address.id());
                peer.channel.closeFuture().addListener(closed -> connect(peer));
            } else {
                // A time-out is a ConnectException too, and says less.
                boolean isRefused = connecting.cause() instanceof ConnectException
                        && !(connecting.cause() instanceof io.netty.channel.ConnectTimeoutException);
                if (isRefused && !peer.isGone) {
                    listener.refused(peer.address.id());
                }
                loop.schedule(() -> connect(peer), RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void close() {
        loop.execute(() -> {
            peers.values().forEach(PeerWatch::drop);
            peers.clear();
        });
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
