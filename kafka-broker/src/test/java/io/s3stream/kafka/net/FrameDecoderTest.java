package io.s3stream.kafka.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {

    private static final int MAX = 5 << 20;

    private final EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(() -> MAX));

    @Test
    void framesOfAllSizesAreTheSameInAnySplit() {
        Random random = new Random(7);
        List<byte[]> frames = new ArrayList<>();
        ByteBuf stream = Unpooled.buffer();
        for (int size : new int[] {0, 1, 3, 4, 5, 1000, 70_000, 3 << 20, 2 << 20, 1, MAX}) {
            byte[] frame = new byte[size];
            random.nextBytes(frame);
            frames.add(frame);
            stream.writeInt(size).writeBytes(frame);
        }
        while (stream.isReadable()) {
            channel.writeInbound(
                    stream.readRetainedSlice(Math.min(stream.readableBytes(), 1 + random.nextInt(90_000))));
        }
        for (byte[] frame : frames) {
            ByteBuf decoded = channel.readInbound();
            assertThat(bytes(decoded)).isEqualTo(frame);
            decoded.release();
        }
        assertThat(channel.inboundMessages()).isEmpty();
    }

    @Test
    void socketWritesIntoTheIncompleteFrame() {
        FrameDecoder decoder = new FrameDecoder(() -> MAX);
        EmbeddedChannel socket = new EmbeddedChannel(decoder);
        RecvByteBufAllocator.ExtendedHandle reads = new FrameAllocator(decoder).newHandle();
        Random random = new Random(8);
        List<byte[]> frames = new ArrayList<>();
        ByteBuf stream = Unpooled.buffer();
        for (int size : new int[] {5, 0, 70_000, 3 << 20, 4096, 4092, 1, MAX, 2}) {
            byte[] frame = new byte[size];
            random.nextBytes(frame);
            frames.add(frame);
            stream.writeInt(size).writeBytes(frame);
        }
        while (stream.isReadable()) {
            ByteBuf target = reads.allocate(UnpooledByteBufAllocator.DEFAULT);
            assertThat(target.isWritable()).isTrue();
            int arrived = 1 + random.nextInt(90_000);
            stream.readBytes(target, Math.min(arrived, Math.min(stream.readableBytes(), target.writableBytes())));
            socket.writeInbound(target);
        }
        for (byte[] frame : frames) {
            ByteBuf decoded = socket.readInbound();
            assertThat(bytes(decoded)).isEqualTo(frame);
            assertThat(decoded.release()).as("no other reference is left").isTrue();
        }
        assertThat(socket.inboundMessages()).isEmpty();
    }

    @Test
    void frameThatTheSocketWritesIntoIsReleasedWithItsConnection() {
        FrameDecoder decoder = new FrameDecoder(() -> MAX);
        EmbeddedChannel socket = new EmbeddedChannel(decoder);
        socket.writeInbound(Unpooled.buffer().writeInt(100).writeByte(1));
        ByteBuf target = new FrameAllocator(decoder).newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
        socket.close();
        assertThat(target.release())
                .as("the reference of the reader is the last one")
                .isTrue();
        assertThat(decoder.writableFrame()).isNull();
    }

    @Test
    void frameKeepsNoReferenceToTheBufferOfTheSocket() {
        ByteBuf received = Unpooled.buffer().writeInt(3).writeBytes(new byte[] {1, 2, 3});
        channel.writeInbound(received);
        assertThat(received.refCnt()).isZero();
        ByteBuf frame = channel.readInbound();
        assertThat(frame.refCnt()).isEqualTo(1);
        frame.release();
    }

    @Test
    void lengthBeyondTheLimitIsRefusedAndTheRestIgnored() {
        for (int length : new int[] {MAX + 1, -1}) {
            EmbeddedChannel other = new EmbeddedChannel(new FrameDecoder(() -> MAX));
            assertThatThrownBy(() -> other.writeInbound(
                            Unpooled.buffer().writeInt(length).writeInt(0)))
                    .isInstanceOf(TooLongFrameException.class)
                    .hasMessageContaining("--max-request-bytes");
            assertThat(other.inboundMessages()).isEmpty();
        }
    }

    @Test
    void incompleteFrameIsReleasedWithItsConnection() {
        channel.writeInbound(Unpooled.buffer().writeInt(100).writeByte(1));
        channel.close();
        assertThat(channel.inboundMessages()).isEmpty();
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        return bytes;
    }
}
