package io.s3stream.core.metadata;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import java.util.List;

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
    record Refused(StreamException.Kind kind, String message) implements CommandResult {}

    /** Returns the accepted result. Throws a refusal as the exception that callers know. */
    default Accepted accepted() {
        if (this instanceof Refused refused) {
            throw Failures.ofKind(refused.kind(), refused.message());
        }
        return (Accepted) this;
    }
}
