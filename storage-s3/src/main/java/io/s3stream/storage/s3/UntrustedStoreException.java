package io.s3stream.storage.s3;

import io.s3stream.api.errors.InvalidRequestException;

/** The conditional writes of a store cannot be trusted. */
final class UntrustedStoreException extends InvalidRequestException {

    private static final long serialVersionUID = 1;

    private final boolean isProof;

    /** @param isProof whether no odd answer can explain the result */
    UntrustedStoreException(String message, boolean isProof) {
        super(message);
        this.isProof = isProof;
    }

    boolean isProof() {
        return isProof;
    }
}
