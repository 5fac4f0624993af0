package io.s3stream.kafka.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Splits the bytes of a connection into frames: four bytes of length, then the frame. It owns the frame that is
 * incomplete, and is confined to the event loop. Each frame has a buffer of its own: a frame that waits for its answer
 * keeps no other memory, and an idle connection keeps none. The socket may {@linkplain FrameAllocator write into the
 * incomplete frame}; all other bytes are copied once.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {

    /** A frame gets more memory only when this much of it has arrived, because a sender may claim any length. */
    private static final int FIRST_BYTES = 2 << 20;

    private final IntSupplier maxBytes;
    private int lengthBytes;
    private int length;

    @Nullable
    private ByteBuf frame;

    private boolean isEnded;

    /** @param maxBytes the largest frame at present */
    FrameDecoder(IntSupplier maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very buffer that the socket was given
    public void channelRead(ChannelHandlerContext channel, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (in == frame) {
            in.release(); // the reference of the reader
            passIfComplete(channel, in);
            return;
        }
        try {
            while (in.isReadable() && !isEnded) {
                if (frame == null) {
                    readLength(channel, in);
                } else {
                    readFrame(channel, in, frame);
                }
            }
        } finally {
            in.release();
        }
    }

    private void readLength(ChannelHandlerContext channel, ByteBuf in) {
        while (lengthBytes < Integer.BYTES && in.isReadable()) {
            length = length << Byte.SIZE | in.readUnsignedByte();
            lengthBytes++;
        }
        if (lengthBytes < Integer.BYTES) {
            return;
        }
        int max = maxBytes.getAsInt();
        if (length < 0 || length > max) {
            isEnded = true;
            throw new TooLongFrameException("a request of " + length + " bytes: the limit is " + max
                    + "; raise --max-request-bytes, or make the client's requests smaller");
        }
        frame = channel.alloc().directBuffer(Math.min(length, FIRST_BYTES), Math.max(1, length));
        if (length == 0) {
            pass(channel, frame);
        }
    }

    private void readFrame(ChannelHandlerContext channel, ByteBuf in, ByteBuf target) {
        target.writeBytes(in, Math.min(in.readableBytes(), length - target.writerIndex()));
        passIfComplete(channel, target);
    }

    private void passIfComplete(ChannelHandlerContext channel, ByteBuf target) {
        if (target.writerIndex() == length) {
            pass(channel, target);
        }
    }

    /**
     * Returns the incomplete frame, with room for its next bytes and a reference for the caller, which passes it to
     * {@link #channelRead}. Returns null if the next bytes begin a frame.
     */
    @Nullable
    ByteBuf writableFrame() {
        if (frame == null || isEnded) {
            return null;
        }
        if (!frame.isWritable()) {
            frame.ensureWritable(
                    Math.min(frame.capacity(), length - frame.capacity())); // at most as much as has arrived
        }
        return frame.retain();
    }

    private void pass(ChannelHandlerContext channel, ByteBuf complete) {
        frame = null;
        length = 0;
        lengthBytes = 0;
        channel.fireChannelRead(complete);
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        release();
        channel.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext channel) {
        release();
    }

    private void release() {
        isEnded = true;
        if (frame != null) {
            frame.release();
            frame = null;
        }
    }
}
