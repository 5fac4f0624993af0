package io.s3stream.core.storage.aws;

import io.s3stream.api.errors.StorageException;

/** A success whose headers or body do not fit the request; a retry is likely to succeed. */
final class OddAnswerException extends StorageException {

    private static final long serialVersionUID = 1;

    OddAnswerException(String message) {
        super(message);
    }
}
