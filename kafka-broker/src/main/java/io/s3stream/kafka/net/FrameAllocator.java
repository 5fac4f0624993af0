package io.s3stream.kafka.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * Lets the socket write into the incomplete frame of a connection. So a large request is not copied, and is read with few
 * system calls. The bytes of a small request, and the first ones of a large request, arrive in a small buffer and are copied.
 *
 * <p>For connections without TLS only: the bytes of others must pass through the decryption first. Confined to the event
 * loop of the connection.
 */
final class FrameAllocator extends DefaultMaxMessagesRecvByteBufAllocator {

    /** Enough for a small request. */
    private static final int FIRST_BYTES = 4 << 10;

    /** Reads in a row, as netty's default: then other connections of the event loop get their turn. */
    private static final int MAX_READS = 16;

    private final FrameDecoder decoder;

    /** @param decoder of the same connection */
    FrameAllocator(FrameDecoder decoder) {
        super(MAX_READS);
        this.decoder = decoder;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return FIRST_BYTES;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                ByteBuf frame = decoder.writableFrame();
                return frame == null ? super.allocate(allocator) : frame;
            }
        };
    }
}
