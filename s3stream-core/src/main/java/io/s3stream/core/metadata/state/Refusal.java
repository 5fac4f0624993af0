package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.CommandResult;

/** Ends the application of one command, whose overlay is then dropped. Never leaves the state machine. */
final class Refusal extends RuntimeException {

    private final Kind kind;

    Refusal(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    CommandResult.Refused result() {
        String message = getMessage();
        return new CommandResult.Refused(kind, message == null ? "" : message);
    }

    static Refusal conflict(String message) {
        return new Refusal(Kind.CONFLICT, message);
    }

    static Refusal invalid(String message) {
        return new Refusal(Kind.INVALID, message);
    }

    static Refusal notFound(String message) {
        return new Refusal(Kind.NOT_FOUND, message);
    }
}
