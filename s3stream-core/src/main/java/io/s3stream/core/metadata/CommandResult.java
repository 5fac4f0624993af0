package io.s3stream.core.metadata;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import java.util.List;
import java.util.Optional;

/**
 * The result of one command. The state keeps it until the node's next batch, so that a client can settle a lost
 * response.
 */
public sealed interface CommandResult {

    /**
     * @param value the command's answer: an id or an epoch, otherwise 0
     * @param deadStreams after a commit of an upload or a compaction: streams whose ranges became dead bytes
     */
    record Accepted(long value, List<Long> deadStreams) implements CommandResult {
        public Accepted {
            deadStreams = List.copyOf(deadStreams);
        }
    }

    /** The command was refused; it changed nothing. */
    record Refused(StreamException.Kind kind, String message, Optional<ConflictFacts> facts) implements CommandResult {

        public Refused(StreamException.Kind kind, String message) {
            this(kind, message, Optional.empty());
        }

        /** The message is that of the exception. */
        public static Refused of(ConflictFacts facts) {
            StreamException exception = facts.toException();
            return new Refused(exception.kind(), String.valueOf(exception.getMessage()), Optional.of(facts));
        }

        private StreamException toException() {
            return facts.<StreamException>map(ConflictFacts::toException)
                    .orElseGet(() -> Failures.ofKind(kind, message));
        }
    }

    /** Returns the accepted result. Throws a refusal as the exception that callers know. */
    default Accepted accepted() {
        if (this instanceof Refused refused) {
            throw refused.toException();
        }
        return (Accepted) this;
    }
}
