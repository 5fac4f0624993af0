package io.s3stream.core.compact;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.ObjectMetadata;
import org.jspecify.annotations.Nullable;

/** Bytes of an input differ from the metadata or from its index. */
final class DamagedInputException extends CorruptedDataException {

    private final long objectId;

    /** @param what describes the damaged bytes; two equal findings confirm each other */
    DamagedInputException(ObjectMetadata object, String what, @Nullable Throwable cause) {
        super("object=" + object.key() + ": " + what, cause);
        this.objectId = object.id();
    }

    long objectId() {
        return objectId;
    }
}
