package io.s3stream.core.read.blocks;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.storage.Fingerprint;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes read do not match the object. Damage in transit differs from read to read; damage of the object does not.
 */
final class DamagedReadException extends CorruptedDataException {

    private static final long serialVersionUID = 1;

    private final transient Fingerprint fingerprint;

    /** @param data the bytes read at {@code position} */
    DamagedReadException(String message, @Nullable Throwable cause, long position, ByteBuffer data) {
        super(message, cause);
        this.fingerprint = Fingerprint.of(position, data);
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }
}
