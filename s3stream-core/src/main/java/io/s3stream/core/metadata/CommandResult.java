package io.s3stream.core.metadata;

import io.s3stream.api.errors.ChangeRefusedException;
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
     * @param streams after a commit of an upload or a compaction: the streams whose ranges became dead bytes; after a
     *     commit of changes: the stream of each change
     */
    record Accepted(long value, List<Long> streams) implements CommandResult {
        public Accepted {
            streams = List.copyOf(streams);
        }
    }

    /**
     * The command was refused; it changed nothing.
     *
     * @param change the index of the refused change in a commit of several, or {@link #WHOLE}
     */
    record Refused(StreamException.Kind kind, String message, Optional<ConflictFacts> facts, int change)
            implements CommandResult {

        /** The index of a refusal that concerns the whole command. */
        public static final int WHOLE = -1;

        public Refused(StreamException.Kind kind, String message) {
            this(kind, message, Optional.empty(), WHOLE);
        }

        /** Returns the refusal of a commit because of one of its changes. */
        public Refused ofChange(int index) {
            return new Refused(kind, message, facts, index);
        }

        /** The message is that of the exception. */
        public static Refused of(ConflictFacts facts) {
            StreamException exception = facts.toException();
            return new Refused(exception.kind(), String.valueOf(exception.getMessage()), Optional.of(facts), WHOLE);
        }

        private StreamException toException() {
            StreamException reason = facts.<StreamException>map(ConflictFacts::toException)
                    .orElseGet(() -> Failures.ofKind(kind, message));
            return change == WHOLE ? reason : new ChangeRefusedException(change, reason);
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
