package io.s3stream.kafka.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.network.Send;
import org.apache.kafka.common.network.TransferableChannel;

/** Takes the buffers of a response without copying them: Kafka's codec believes that it writes to a socket. */
final class BufferCollector implements TransferableChannel {

    private final List<ByteBuf> parts = new ArrayList<>();

    private BufferCollector() {}

    /** The buffers of {@code send}, in order. */
    static List<ByteBuf> collect(Send send) throws IOException {
        BufferCollector collector = new BufferCollector();
        while (!send.completed()) {
            long written = send.writeTo(collector);
            if (written == 0 && !send.completed()) {
                throw new IOException("a response of " + send.size() + " bytes ends early");
            }
        }
        return collector.parts;
    }

    @Override
    public int write(ByteBuffer source) {
        int length = source.remaining();
        if (length > 0) {
            parts.add(Unpooled.wrappedBuffer(source.slice()));
            source.position(source.limit());
        }
        return length;
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, sources.length);
        long written = 0;
        for (int i = offset; i < offset + length; i++) {
            written += write(sources[i]);
        }
        return written;
    }

    @Override
    public long write(ByteBuffer[] sources) {
        return write(sources, 0, sources.length);
    }

    @Override
    public boolean hasPendingWrites() {
        return false;
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
        throw new UnsupportedOperationException("no response has parts of files");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
