package io.s3stream.kafka.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of a client. It owns the queue of exchanges that are not answered, and is confined to the event loop of
 * its channel. Responses leave in the order of the requests, as the protocol demands. A connection with many exchanges,
 * or large ones, or a client that does not read, is not read until that has changed.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** A client may have this many requests in flight; after that the connection is not read. */
    private static final int MAX_EXCHANGES = 256;

    /** As {@link #MAX_EXCHANGES}, in bytes of requests. */
    private static final long MAX_BYTES = 32 << 20;

    private final RequestHandler handler;
    private final SecurityProtocol protocol;

    /** Requests without an answer, of all connections; gauges and tests read it. */
    private final LongAdder inFlight;

    /** Absent if clients need not authenticate. */
    private final @Nullable SaslExchange sasl;

    /** The client, from the first request after its authentication. */
    private @Nullable KafkaPrincipal principal;

    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
    private long bytes;
    private boolean isEnding;

    Connection(RequestHandler handler, SecurityProtocol protocol, LongAdder inFlight, @Nullable SaslExchange sasl) {
        this.handler = handler;
        this.protocol = protocol;
        this.inFlight = inFlight;
        this.sasl = sasl;
    }

    /** Whether the client may send more than its authentication. */
    boolean isAuthenticated() {
        return sasl == null || sasl.isComplete();
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) {
        ByteBuf frame = (ByteBuf) message;
        if (isEnding) {
            frame.release(); // it arrived after the last request that is answered
            return;
        }
        Exchange exchange;
        AbstractRequest request;
        try {
            if (sasl != null && sasl.expectsRawToken()) {
                answerToken(channel, sasl, frame);
                return;
            }
            ByteBuffer buffer = frame.nioBuffer();
            RequestContext context = context(channel, RequestHeader.parse(buffer));
            request = context.parseRequest(buffer).request;
            exchange = new Exchange(context, frame);
        } catch (Throwable e) {
            frame.release();
            LOG.warn(
                    "event=connection-closed client={} reason={}",
                    channel.channel().remoteAddress(),
                    "" + e);
            channel.close();
            return;
        }
        exchanges.add(exchange);
        inFlight.increment();
        bytes += exchange.size;
        adjustReading(channel);
        handle(channel, exchange, request);
    }

    private void handle(ChannelHandlerContext channel, Exchange exchange, AbstractRequest request) {
        CompletableFuture<KafkaResponse> answer;
        try {
            answer = answer(exchange.context, request);
        } catch (Throwable e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((response, error) -> {
            KafkaResponse actual = error == null ? response : errorResponse(request, exchange.context, error);
            if (channel.executor().inEventLoop()) {
                answered(channel, exchange, actual);
            } else {
                channel.executor().execute(() -> answered(channel, exchange, actual));
            }
        });
    }

    private CompletableFuture<KafkaResponse> answer(RequestContext context, AbstractRequest request) {
        if (request instanceof SaslHandshakeRequest handshake) {
            return CompletableFuture.completedFuture(required().handshake(handshake));
        }
        if (request instanceof SaslAuthenticateRequest authenticate) {
            return CompletableFuture.completedFuture(required().authenticate(authenticate));
        }
        if (!isAuthenticated() && request.apiKey() != ApiKeys.API_VERSIONS) {
            LOG.info("event=unauthenticated client={} request={}", context.clientAddress(), request.apiKey());
            return CompletableFuture.completedFuture(KafkaResponse.closed());
        }
        return handler.handle(context, request);
    }

    private SaslExchange required() {
        if (sasl == null) {
            throw new IllegalSaslStateException("this listener has no SASL: use the security protocol " + protocol);
        }
        return sasl;
    }

    /** A token without a header is answered with a token without a header. */
    private static void answerToken(ChannelHandlerContext channel, SaslExchange sasl, ByteBuf frame)
            throws IOException {
        byte[] received = new byte[frame.readableBytes()];
        frame.readBytes(received);
        byte[] next = sasl.token(received);
        frame.release();
        channel.write(channel.alloc().buffer(Integer.BYTES).writeInt(next.length));
        channel.writeAndFlush(Unpooled.wrappedBuffer(next));
    }

    /** An answer that tells the error; the connection ends if the request has none. */
    private static KafkaResponse errorResponse(AbstractRequest request, RequestContext context, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof AuthorizationException) {
            LOG.debug("event=request-denied request={} reason={}", context.header.apiKey(), cause.getMessage());
        } else if (cause instanceof ApiException) {
            LOG.info("event=request-refused request={} reason={}", context.header.apiKey(), cause.getMessage());
        } else {
            LOG.warn("event=request-failed request={} client={}", context.header.apiKey(), context.clientId(), cause);
        }
        try {
            AbstractResponse response = request.getErrorResponse(cause);
            return response == null ? KafkaResponse.closed() : KafkaResponse.of(response);
        } catch (RuntimeException e) {
            LOG.warn("event=request-failed request={} has no answer for an error", context.header.apiKey(), e);
            return KafkaResponse.closed();
        }
    }

    private void answered(ChannelHandlerContext channel, Exchange exchange, KafkaResponse response) {
        exchange.response = response;
        if (!channel.channel().isActive()) {
            dropAnswered();
            return;
        }
        boolean isWritten = false;
        for (Exchange next = exchanges.peek(); next != null && next.response != null; next = exchanges.peek()) {
            exchanges.remove();
            inFlight.decrement();
            bytes -= next.size;
            next.releaseFrame();
            write(channel, next.context, next.response);
            isWritten = true;
        }
        if (isWritten) {
            channel.flush();
        }
        if (isEnding && exchanges.isEmpty()) {
            closeAfterWrites(channel);
        } else {
            adjustReading(channel);
        }
    }

    private void write(ChannelHandlerContext channel, RequestContext context, KafkaResponse response) {
        if (response.body() == null) {
            response.release().run();
        } else {
            writeBody(channel, context, response.body(), response.release());
        }
        if (response.closes()) {
            isEnding = true;
            closeAfterWrites(channel);
        }
    }

    private static void writeBody(
            ChannelHandlerContext channel, RequestContext context, AbstractResponse body, Runnable release) {
        List<ByteBuf> parts;
        try {
            parts = BufferCollector.collect(context.buildResponseSend(body));
        } catch (IOException | RuntimeException e) {
            // A field that an old version lacks throws here. Without an answer the client would wait until its timeout.
            release.run();
            LOG.error(
                    "event=response-not-encodable request={} version={}",
                    context.header.apiKey(),
                    context.apiVersion(),
                    e);
            channel.close();
            return;
        }
        ChannelFuture last = channel.newSucceededFuture();
        for (ByteBuf part : parts) {
            last = channel.write(part);
        }
        last.addListener(done -> release.run());
    }

    /** Ends the connection when all responses have left. Requests that arrive later are not handled. */
    void end(ChannelHandlerContext channel) {
        isEnding = true;
        channel.channel().config().setAutoRead(false);
        if (exchanges.isEmpty()) {
            closeAfterWrites(channel);
        }
    }

    private static void closeAfterWrites(ChannelHandlerContext channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void adjustReading(ChannelHandlerContext channel) {
        boolean hasRoom = exchanges.size() < MAX_EXCHANGES && bytes < MAX_BYTES;
        channel.channel().config().setAutoRead(hasRoom && channel.channel().isWritable() && !isEnding);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channel) {
        adjustReading(channel);
        channel.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext channel, Object event) {
        if (event instanceof IdleStateEvent && exchanges.isEmpty()) {
            LOG.debug("event=connection-idle client={}", channel.channel().remoteAddress());
            channel.close();
        } else {
            channel.fireUserEventTriggered(event);
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
                inFlight.decrement();
                exchange.releaseFrame();
                exchange.response.release().run();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("event=connection-closed client={}", channel.channel().remoteAddress(), cause);
        } else {
            LOG.warn(
                    "event=connection-closed client={} reason={}",
                    channel.channel().remoteAddress(),
                    "" + cause);
        }
        channel.close();
    }

    private RequestContext context(ChannelHandlerContext channel, RequestHeader header) {
        InetSocketAddress client = (InetSocketAddress) channel.channel().remoteAddress();
        return new RequestContext(
                header,
                channel.channel().id().asShortText(),
                client.getAddress(),
                Optional.of(client.getPort()),
                principal(channel),
                ListenerName.forSecurityProtocol(protocol),
                protocol,
                ClientInformation.EMPTY,
                false);
    }

    /** The user of SASL, or else the subject of the client's certificate. */
    private KafkaPrincipal principal(ChannelHandlerContext channel) {
        if (principal == null) {
            if (sasl != null) {
                if (!sasl.isComplete()) {
                    return KafkaPrincipal.ANONYMOUS;
                }
                principal = sasl.principal();
            } else {
                principal = certified(channel);
            }
        }
        return principal;
    }

    private static KafkaPrincipal certified(ChannelHandlerContext channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return KafkaPrincipal.ANONYMOUS;
        }
        try {
            return new KafkaPrincipal(
                    KafkaPrincipal.USER_TYPE,
                    tls.engine().getSession().getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException e) {
            return KafkaPrincipal.ANONYMOUS; // the listener demands no certificate
        }
    }
}
