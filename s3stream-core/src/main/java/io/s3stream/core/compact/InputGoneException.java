package io.s3stream.core.compact;

import io.s3stream.api.errors.StreamException;

/** An input does not exist in object storage. Another process replaced and deleted it, or it is lost. */
final class InputGoneException extends StreamException {

    private final String key;

    InputGoneException(String key) {
        super(Kind.NOT_FOUND, "object=" + key + " does not exist");
        this.key = key;
    }

    String key() {
        return key;
    }
}
