package io.s3stream.spi.storage;

import io.netty.buffer.ByteBuf;

/**
 * Bytes read from an object.
 *
 * @param data owned by the receiver, which releases it
 * @param from the position in the object at which {@code data} begins
 * @param objectSize the size of the whole object
 * @param version the object's version; empty if the storage did not tell it: then it is no condition for a write
 */
public record ObjectContent(ByteBuf data, long from, long objectSize, String version) implements AutoCloseable {

    @Override
    public void close() {
        data.release();
    }
}
