package io.s3stream.core.metadata;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamNotFoundException;

/** Refusals as the exceptions callers know. */
final class Refusals {

    private Refusals() {}

    static StreamException toException(CommandResult.Refused refused) {
        return switch (refused.kind()) {
            case FENCED -> new FencedException(refused.message());
            case CONFLICT -> new ConflictException(refused.message());
            case NOT_FOUND -> new StreamNotFoundException(refused.message());
            case INVALID -> new InvalidRequestException(refused.message());
            default -> new StreamException(refused.kind(), refused.message());
        };
    }
}
