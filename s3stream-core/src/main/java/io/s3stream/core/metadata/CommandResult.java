package io.s3stream.core.metadata;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import java.util.List;
import java.util.Optional;

/** What became of one command. Kept in the state until the node's next batch, so that a lost response can be settled. */
public sealed interface CommandResult {

    /**
     * @param value what the command answers: an id or an epoch, otherwise 0
     * @param deadStreams of a commit of an upload or a compaction: streams whose ranges became dead bytes
     */
    record Accepted(long value, List<Long> deadStreams) implements CommandResult {
        public Accepted {
            deadStreams = List.copyOf(deadStreams);
        }
    }

    /** Refused; the state is as if it had never been. */
    record Refused(StreamException.Kind kind, String message, Optional<ConflictFacts> facts) implements CommandResult {

        public Refused(StreamException.Kind kind, String message) {
            this(kind, message, Optional.empty());
        }

        /** The message is that of the exception. */
        static Refused of(ConflictFacts facts) {
            StreamException exception = facts.toException();
            return new Refused(exception.kind(), String.valueOf(exception.getMessage()), Optional.of(facts));
        }

        private StreamException toException() {
            return facts.<StreamException>map(ConflictFacts::toException)
                    .orElseGet(() -> Failures.ofKind(kind, message));
        }
    }

    /** What was accepted; throws what it was refused with, as callers know it. */
    default Accepted accepted() {
        if (this instanceof Refused refused) {
            throw refused.toException();
        }
        return (Accepted) this;
    }
}
