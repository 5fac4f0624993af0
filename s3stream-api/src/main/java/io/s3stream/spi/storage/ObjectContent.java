package io.s3stream.spi.storage;

import io.netty.buffer.ByteBuf;

/**
 * Bytes read from an object.
 *
 * @param data owned by the receiver, who releases it
 * @param from where in the object {@code data} begins
 * @param objectSize the size of the whole object
 * @param version the object's version; empty if the storage did not tell it, and nothing may be written on the condition of it
 */
public record ObjectContent(ByteBuf data, long from, long objectSize, String version) implements AutoCloseable {

    @Override
    public void close() {
        data.release();
    }
}
