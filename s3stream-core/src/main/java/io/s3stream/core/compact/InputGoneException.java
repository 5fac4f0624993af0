package io.s3stream.core.compact;

import io.s3stream.api.errors.StreamException;

/** An input is not in object storage: somebody else replaced it, and it was deleted, or it is lost. */
final class InputGoneException extends StreamException {

    private final String key;

    InputGoneException(String key) {
        super(Kind.NOT_FOUND, "object=" + key + " is not there");
        this.key = key;
    }

    String key() {
        return key;
    }
}
