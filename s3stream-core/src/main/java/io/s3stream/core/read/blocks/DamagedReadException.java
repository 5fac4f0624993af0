package io.s3stream.core.read.blocks;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.storage.Fingerprint;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What arrived is not what belongs there; damage on the way differs from read to read, damage of the object does not. */
final class DamagedReadException extends CorruptedDataException {

    private static final long serialVersionUID = 1;

    private final transient Fingerprint fingerprint;

    /** @param data what arrived for {@code position} */
    DamagedReadException(String message, @Nullable Throwable cause, long position, ByteBuffer data) {
        super(message, cause);
        this.fingerprint = Fingerprint.of(position, data);
    }

    /** Whether another read is to tell what the object has: there was none before, or that one brought other bytes. */
    boolean isDoubtful(@Nullable DamagedReadException before, int reads) {
        return reads < Fingerprint.MAX_READS && (before == null || !fingerprint.equals(before.fingerprint));
    }
}
