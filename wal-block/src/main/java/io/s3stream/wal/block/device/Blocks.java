package io.s3stream.wal.block.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads and writes single blocks of a device, through an aligned buffer for each call. Blocking; stateless. */
public record Blocks(BlockDevice device, ByteBufAllocator allocator) {

    /** Writes a structure into a block of zeros. */
    public interface Encoder {
        void encode(ByteBuffer block);
    }

    public interface Use<T> {
        T apply(ByteBuffer bytes) throws IOException;
    }

    /** @param use receives {@code length} bytes; bytes beyond the end of the medium read as zeros */
    public <T> T read(long position, int length, Use<T> use) throws IOException {
        return withBuffer(length, bytes -> {
            device.read(bytes, position);
            return use.apply(bytes.position(0).limit(length));
        });
    }

    /** Writes one block, durably. */
    public void write(long position, Encoder encoder) throws IOException {
        withBuffer(BlockDevice.ALIGNMENT, bytes -> {
            encoder.encode(bytes);
            device.write(bytes, position);
            return bytes;
        });
    }

    /** @param use receives a buffer of zeros */
    public <T> T withBuffer(int length, Use<T> use) throws IOException {
        ByteBuf owner = allocator.directBuffer(length + BlockDevice.ALIGNMENT);
        try {
            ByteBuffer aligned = owner.setZero(0, owner.capacity())
                    .nioBuffer(0, owner.capacity())
                    .alignedSlice(BlockDevice.ALIGNMENT);
            return use.apply(aligned.limit(length));
        } finally {
            owner.release();
        }
    }

    /** @return whether all {@code length} bytes are zero */
    public boolean areZero(long position, int length) throws IOException {
        return withBuffer(length, bytes -> {
            int present = device.read(bytes, position);
            return isZero(bytes, present);
        });
    }

    public static boolean isZero(ByteBuffer bytes, int length) {
        for (int at = 0; at < length; at++) {
            if (bytes.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
