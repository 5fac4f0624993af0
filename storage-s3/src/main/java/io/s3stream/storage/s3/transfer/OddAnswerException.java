package io.s3stream.storage.s3.transfer;

import io.s3stream.api.errors.StorageException;

/** A success whose headers or body do not fit the request; a retry is likely to succeed. */
public final class OddAnswerException extends StorageException {

    private static final long serialVersionUID = 1;

    public OddAnswerException(String message) {
        super(message);
    }
}
