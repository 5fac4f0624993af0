package io.s3stream.core.read;

import io.netty.buffer.ByteBuf;
import io.s3stream.api.errors.CorruptedDataException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What arrived is not what belongs there; damage on the way differs from read to read, damage of the object does not. */
final class DamagedReadException extends CorruptedDataException {

    private static final long serialVersionUID = 1;

    private final long position;
    private final long fingerprint;

    /** @param data what arrived for the block at {@code position} */
    DamagedReadException(String message, @Nullable Throwable cause, long position, ByteBuf data) {
        super(message, cause);
        this.position = position;
        CRC32C crc = new CRC32C();
        crc.update(data.nioBuffer());
        this.fingerprint = ((long) data.readableBytes() << 32) ^ crc.getValue();
    }

    /** Whether two reads brought the same bytes for the same place. */
    boolean agreesWith(DamagedReadException other) {
        return position == other.position && fingerprint == other.fingerprint;
    }
}
