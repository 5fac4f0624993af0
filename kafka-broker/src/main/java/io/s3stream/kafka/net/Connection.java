package io.s3stream.kafka.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection. It owns the queue of exchanges that are not answered, and is confined to the event loop of
 * its channel. Responses leave in the order of the requests, as the protocol demands. A connection with many exchanges,
 * or large ones, is not read until some of them are answered.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** A client may have this many requests in flight before the connection is not read any more. */
    private static final int MAX_EXCHANGES = 256;

    /** As {@link #MAX_EXCHANGES}, in bytes of requests. */
    private static final long MAX_BYTES = 32 << 20;

    private final RequestHandler handler;
    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
    private long bytes;

    Connection(RequestHandler handler) {
        this.handler = handler;
    }

    /** A request whose response has not left. */
    private static final class Exchange {
        final RequestContext context;
        final ByteBuf frame;
        final int size;

        @Nullable
        KafkaResponse response;

        Exchange(RequestContext context, ByteBuf frame) {
            this.context = context;
            this.frame = frame;
            this.size = frame.readableBytes();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) {
        ByteBuf frame = (ByteBuf) message;
        try {
            receive(channel, frame);
        } catch (Throwable e) {
            ReferenceCountUtil.safeRelease(frame);
            LOG.warn("{} closed: {}", channel.channel().remoteAddress(), "" + e);
            channel.close();
        }
    }

    /** Owns {@code frame} when it returns. */
    private void receive(ChannelHandlerContext channel, ByteBuf frame) {
        ByteBuffer buffer = frame.nioBuffer();
        RequestContext context = context(channel, RequestHeader.parse(buffer));
        AbstractRequest request = context.parseRequest(buffer).request;
        Exchange exchange = new Exchange(context, frame);
        exchanges.add(exchange);
        bytes += exchange.size;
        if (exchanges.size() >= MAX_EXCHANGES || bytes >= MAX_BYTES) {
            channel.channel().config().setAutoRead(false);
        }
        CompletableFuture<KafkaResponse> answer;
        try {
            answer = handler.handle(context, request);
        } catch (Throwable e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.handle((response, error) -> {
            KafkaResponse actual = error == null ? response : errorResponse(request, context, error);
            if (channel.executor().inEventLoop()) {
                answered(channel, exchange, actual);
            } else {
                channel.executor().execute(() -> answered(channel, exchange, actual));
            }
            return null;
        });
    }

    private static KafkaResponse errorResponse(AbstractRequest request, RequestContext context, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        LOG.warn("{} of {} failed", context.header.apiKey(), context.clientId(), cause);
        AbstractResponse response = request.getErrorResponse(cause);
        return response == null ? KafkaResponse.none() : KafkaResponse.of(response);
    }

    private void answered(ChannelHandlerContext channel, Exchange exchange, KafkaResponse response) {
        exchange.response = response;
        if (!channel.channel().isActive()) {
            dropAnswered();
            return;
        }
        boolean written = false;
        for (Exchange next = exchanges.peek(); next != null && next.response != null; next = exchanges.peek()) {
            exchanges.remove();
            bytes -= next.size;
            next.frame.release();
            write(channel, next.context, next.response);
            written = true;
        }
        if (written) {
            channel.flush();
        }
        if (exchanges.size() < MAX_EXCHANGES / 2 && bytes < MAX_BYTES / 2) {
            channel.channel().config().setAutoRead(true);
        }
    }

    private static void write(ChannelHandlerContext channel, RequestContext context, KafkaResponse response) {
        if (response.body() == null) {
            response.release().run();
            return;
        }
        try {
            List<ByteBuf> parts = BufferCollector.collect(context.buildResponseSend(response.body()));
            ChannelFuture last = null;
            for (ByteBuf part : parts) {
                last = channel.write(part);
            }
            if (last != null) {
                last.addListener(done -> response.release().run());
            }
        } catch (IOException | RuntimeException e) {
            // A field that an old version lacks throws here. Without an answer the client would wait for ever.
            response.release().run();
            LOG.error("cannot encode the response of {} version {}", context.header.apiKey(), context.apiVersion(), e);
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        dropAnswered();
        channel.fireChannelInactive();
    }

    /** Of a connection that is gone: exchanges that are still in progress release their parts when they end. */
    private void dropAnswered() {
        for (Iterator<Exchange> all = exchanges.iterator(); all.hasNext(); ) {
            Exchange exchange = all.next();
            if (exchange.response != null) {
                all.remove();
                exchange.frame.release();
                exchange.response.release().run();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("{} closed: {}", channel.channel().remoteAddress(), cause.getMessage());
        } else {
            LOG.warn("{} closed", channel.channel().remoteAddress(), cause);
        }
        channel.close();
    }

    private static RequestContext context(ChannelHandlerContext channel, RequestHeader header) {
        InetSocketAddress client = (InetSocketAddress) channel.channel().remoteAddress();
        return new RequestContext(
                header,
                channel.channel().id().asShortText(),
                client.getAddress(),
                Optional.of(client.getPort()),
                KafkaPrincipal.ANONYMOUS,
                ListenerName.forSecurityProtocol(SecurityProtocol.PLAINTEXT),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
    }
}
