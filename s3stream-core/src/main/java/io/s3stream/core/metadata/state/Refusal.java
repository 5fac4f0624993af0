package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.ConflictFacts;
import io.s3stream.core.metadata.StreamMetadata;

/** Ends the application of one command, whose overlay is then dropped. Never leaves the state machine. */
final class Refusal extends RuntimeException {

    private final CommandResult.Refused result;

    Refusal(Kind kind, String message) {
        this(new CommandResult.Refused(kind, message));
    }

    private Refusal(CommandResult.Refused result) {
        super(result.message(), null, false, false);
        this.result = result;
    }

    /** Returns the refusal of a commit of several changes because of this refusal of one. */
    Refusal ofChange(int index) {
        return new Refusal(result.ofChange(index));
    }

    CommandResult.Refused result() {
        return result;
    }

    static Refusal conflict(String message) {
        return new Refusal(Kind.CONFLICT, message);
    }

    static Refusal conflict(ConflictFacts facts) {
        return new Refusal(CommandResult.Refused.of(facts));
    }

    static Refusal openElsewhere(StreamMetadata stream) {
        return conflict(new ConflictFacts.OpenElsewhere(stream.id(), stream.owner(), stream.ownerEpoch()));
    }

    static Refusal invalid(String message) {
        return new Refusal(Kind.INVALID, message);
    }

    static Refusal notFound(String message) {
        return new Refusal(Kind.NOT_FOUND, message);
    }
}
