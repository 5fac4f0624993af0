package io.s3stream.core.errors;

import io.s3stream.api.errors.InvalidRequestException;

/** The register and the bucket do not belong together. Unlike a refusal by a server, a retry cannot repair this. */
public final class WrongStoreException extends InvalidRequestException {

    public WrongStoreException(String message) {
        super(message);
    }
}
