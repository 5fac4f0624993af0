package io.s3stream.wal.block.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Transfers that stop half-way. */
class FullIoTest {

    @Test
    void shortWriteIsContinuedAtBlockWhereItEnded() throws IOException {
        byte[] bytes = new byte[64 << 10];
        new Random(1).nextBytes(bytes);
        ShortChannel channel = new ShortChannel(10_000);
        FullIo.write(channel, ByteBuffer.wrap(bytes), 8192);
        byte[] written = new byte[bytes.length];
        System.arraycopy(channel.content, 8192, written, 0, written.length);
        assertThat(written).isEqualTo(bytes);
        ByteBuffer read = ByteBuffer.allocate(bytes.length);
        assertThat(FullIo.read(channel, read, 8192)).isEqualTo(bytes.length);
        assertThat(read.array()).isEqualTo(bytes);
    }

    @Test
    void writeWithoutProgressFails() {
        ShortChannel channel = new ShortChannel(100);
        assertThatThrownBy(() -> FullIo.write(channel, ByteBuffer.allocate(8192), 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("position 0");
    }

    @Test
    void readEndsWithFile() throws IOException {
        ShortChannel channel = new ShortChannel(10_000);
        assertThat(FullIo.read(channel, ByteBuffer.allocate(8192), channel.content.length - 4096))
                .isEqualTo(4096);
        assertThat(FullIo.read(channel, ByteBuffer.allocate(8192), channel.content.length))
                .isZero();
    }

    /** Takes a number of bytes at a time, and only at aligned positions, like direct I/O. */
    private static final class ShortChannel extends FileChannel {

        final byte[] content = new byte[128 << 10];
        private final int atMost;

        ShortChannel(int atMost) {
            this.atMost = atMost;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            int length = transfer(source, position);
            source.get(content, (int) position, length);
            return length;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int length = Math.min(transfer(target, position), content.length - (int) position);
            target.put(content, (int) position, Math.max(length, 0));
            return length > 0 ? length : -1;
        }

        private int transfer(ByteBuffer buffer, long position) throws IOException {
            if (position % 4096 != 0 || buffer.position() % 4096 != 0) {
                throw new IOException("not aligned");
            }
            return Math.min(atMost, buffer.remaining());
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force(boolean metaData) {}

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseChannel() {}
    }
}
