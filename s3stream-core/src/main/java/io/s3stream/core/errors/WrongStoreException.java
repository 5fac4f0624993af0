package io.s3stream.core.errors;

import io.s3stream.api.errors.InvalidRequestException;

/** Register and bucket do not belong together. No retry mends it, unlike a refusal of a server. */
public final class WrongStoreException extends InvalidRequestException {

    public WrongStoreException(String message) {
        super(message);
    }
}
