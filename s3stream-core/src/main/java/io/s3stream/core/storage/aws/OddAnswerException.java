package io.s3stream.core.storage.aws;

import io.s3stream.api.errors.StorageException;

/** A success whose headers or body do not fit the request; another request is likely to be answered properly. */
final class OddAnswerException extends StorageException {

    private static final long serialVersionUID = 1;

    OddAnswerException(String message) {
        super(message);
    }
}
