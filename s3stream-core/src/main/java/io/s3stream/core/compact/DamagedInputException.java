package io.s3stream.core.compact;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.ObjectMetadata;
import org.jspecify.annotations.Nullable;

/** An input cannot be read as the metadata and its index say. */
final class DamagedInputException extends CorruptedDataException {

    private final long objectId;

    /** @param what differs for different bytes: two equal findings are believed */
    DamagedInputException(ObjectMetadata object, String what, @Nullable Throwable cause) {
        super("object=" + object.key() + ": " + what, cause);
        this.objectId = object.id();
    }

    long objectId() {
        return objectId;
    }
}
