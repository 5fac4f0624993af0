package io.s3stream.kafka.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.ssl.SslHandler;
import io.s3stream.kafka.catalogue.BrokerAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to another broker. It owns the requests without an answer, and is confined to its event loop. Requests
 * that come before the connection is open and authenticated are written when it is. A connection ends once, and is not opened again.
 */
final class PeerConnection extends SimpleChannelInboundHandler<ByteBuf> {

    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

    /** A listener of this module stops reading a connection with 256 requests in progress. */
    static final int MAX_IN_FLIGHT = 200;

    private static final int CONNECT_MILLIS = 1000;
    private static final int MAX_ANSWER_BYTES = 16 << 20;
    private static final String CLIENT_ID = "s3stream-broker";

    private final BrokerAddress broker;
    private final PeerSecurity security;
    private final EventLoop loop;
    private final Duration timeout;
    private final Consumer<PeerConnection> ended;

    /** Requests without an answer by correlation id, the oldest first. */
    private final Map<Integer, Call> calls = new LinkedHashMap<>();

    private @Nullable Channel channel;
    private boolean wasConnected;
    private boolean isReady;
    private boolean isEnded;
    private int lastCorrelationId;
    private long answers;

    /**
     * @param answersBefore number of answers that had arrived when the request was made
     * @param timer ends the call at its timeout
     */
    private record Call(
            RequestHeader header,
            AbstractRequest request,
            CompletableFuture<AbstractResponse> answer,
            long answersBefore,
            Future<?> timer) {}

    /** @param ended called once, when the connection accepts requests no longer */
    PeerConnection(
            BrokerAddress broker,
            PeerSecurity security,
            EventLoop loop,
            Duration timeout,
            Consumer<PeerConnection> ended) {
        this.broker = broker;
        this.security = security;
        this.loop = loop;
        this.timeout = timeout;
        this.ended = ended;
    }

    BrokerAddress broker() {
        return broker;
    }

    /** Begins to connect. The resolution of the host's name may block the event loop, which serves nothing else. */
    void open() {
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel created) throws SSLException {
                        initialize(created);
                    }
                })
                .connect(broker.host(), broker.port());
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!connecting.isSuccess()) {
                end("no connection: " + connecting.cause().getMessage());
            }
        });
    }

    private void initialize(Channel created) throws SSLException {
        if (security.tls().isPresent()) {
            SslHandler tls = security.tls().get().newHandler(created.alloc(), broker.host(), broker.port());
            SSLParameters parameters = tls.engine().getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must have the name of the host
            tls.engine().setSSLParameters(parameters);
            created.pipeline().addLast(tls);
        }
        created.pipeline()
                .addLast(new LengthFieldBasedFrameDecoder(MAX_ANSWER_BYTES, 0, Integer.BYTES, 0, Integer.BYTES))
                .addLast(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        wasConnected = true;
        if (security.users().isEmpty()) {
            ready();
            return;
        }
        new PeerLogin(security.users().get().login(), this::sendFirst).start().whenComplete((done, error) -> {
            if (error == null) {
                ready();
            } else {
                end("the authentication failed: " + error.getMessage());
            }
        });
    }

    private void ready() {
        isReady = true;
        List.copyOf(calls.values()).forEach(this::write);
    }

    /** Sends a request of the authentication, before all others. */
    private CompletableFuture<AbstractResponse> sendFirst(AbstractRequest request) {
        CompletableFuture<AbstractResponse> answer = new CompletableFuture<>();
        write(add(request, answer));
        return answer;
    }

    /** Sends a request. Refuses it at once if too many are without an answer, or the connection has ended. */
    void send(AbstractRequest request, CompletableFuture<AbstractResponse> answer) {
        if (isEnded) {
            answer.completeExceptionally(new NetworkException("the connection to " + broker + " has ended"));
            return;
        }
        if (calls.size() >= MAX_IN_FLIGHT) {
            answer.completeExceptionally(
                    new NetworkException(calls.size() + " requests to " + broker + " are without an answer"));
            return;
        }
        Call call = add(request, answer);
        if (isReady) {
            write(call);
        }
    }

    private Call add(AbstractRequest request, CompletableFuture<AbstractResponse> answer) {
        int id = ++lastCorrelationId;
        RequestHeader header = new RequestHeader(request.apiKey(), request.version(), CLIENT_ID, id);
        Future<?> timer = loop.schedule(() -> expire(id), timeout.toMillis(), TimeUnit.MILLISECONDS);
        Call call = new Call(header, request, answer, answers, timer);
        calls.put(id, call);
        return call;
    }

    private void write(Call call) {
        Channel open = channel;
        if (open == null || isEnded) {
            return;
        }
        try {
            ByteBuffer frame = call.request.serializeWithHeader(call.header);
            ByteBuf length = open.alloc().buffer(Integer.BYTES).writeInt(frame.remaining());
            open.write(length);
            open.writeAndFlush(Unpooled.wrappedBuffer(frame)).addListener(written -> {
                if (!written.isSuccess()) {
                    end("a request was not written: " + written.cause().getMessage());
                }
            });
        } catch (Throwable e) { // part of a frame may be written
            LOG.error("event=peer-request-failed broker={} request={}", broker, call.header.apiKey(), e);
            end("a request could not be encoded");
        }
    }

    /**
     * Fails a call without an answer. If nothing at all has arrived since it was sent, the connection is taken for dead:
     * the next request opens another one.
     */
    private void expire(int id) {
        Call call = calls.remove(id);
        if (call == null) {
            return;
        }
        call.answer.completeExceptionally(new TimeoutException(
                broker + " has not answered " + call.header.apiKey() + " within " + timeout.toMillis() + " ms"));
        if (call.answersBefore == answers) {
            end("no answer for " + timeout.toMillis() + " ms");
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        answers++;
        Call call = calls.remove(frame.getInt(frame.readerIndex()));
        if (call == null) {
            LOG.debug("event=late-answer broker={}", broker); // its timeout has expired
            return;
        }
        call.timer.cancel(false);
        AbstractResponse response;
        try {
            response = AbstractResponse.parseResponse(copy(frame), call.header);
        } catch (Throwable e) {
            call.answer.completeExceptionally(new NetworkException("the answer of " + broker + " is not readable", e));
            throw e; // the connection ends
        }
        call.answer.complete(response);
    }

    /** The response may refer to the bytes after the frame is released. */
    private static ByteBuffer copy(ByteBuf frame) {
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("the broker has closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end("the connection failed: " + cause);
    }

    /** Closes the connection and fails all calls. A second call does nothing. */
    void end(String reason) {
        if (isEnded) {
            return;
        }
        isEnded = true;
        if (wasConnected) {
            LOG.info("event=peer-connection-ended broker={} calls={} reason={}", broker, calls.size(), reason);
        } else { // repeated with each request until the other brokers have taken that broker over
            LOG.debug("event=peer-not-connected broker={} calls={} reason={}", broker, calls.size(), reason);
        }
        ended.accept(this);
        if (channel != null) {
            channel.close();
        }
        List<Call> failed = new ArrayList<>(calls.values());
        calls.clear();
        for (Call call : failed) {
            call.timer.cancel(false);
            call.answer.completeExceptionally(
                    new NetworkException("the connection to " + broker + " has ended: " + reason));
        }
    }
}
