package io.s3stream.kafka.net;

import io.netty.buffer.ByteBuf;
import org.apache.kafka.common.requests.RequestContext;
import org.jspecify.annotations.Nullable;

/** A request whose response has not left. It owns the frame. Confined to the event loop of its connection. */
final class Exchange {

    final RequestContext context;
    final int size;
    private final ByteBuf frame;

    @Nullable
    KafkaResponse response;

    Exchange(RequestContext context, ByteBuf frame) {
        this.context = context;
        this.frame = frame;
        this.size = frame.readableBytes();
    }

    void releaseFrame() {
        frame.release();
    }
}
