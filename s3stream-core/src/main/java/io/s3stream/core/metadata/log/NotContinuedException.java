package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.CorruptedDataException;

/** An undamaged head does not continue the state of this process: the register was set back or replaced [R41]. */
final class NotContinuedException extends CorruptedDataException {

    private static final long serialVersionUID = 1L;

    NotContinuedException(String message) {
        super(message);
    }
}
