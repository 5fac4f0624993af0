package io.s3stream.core.metadata;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import java.util.List;

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
    record Refused(StreamException.Kind kind, String message) implements CommandResult {}

    /** What was accepted; throws what it was refused with, as callers know it. */
    default Accepted accepted() {
        if (this instanceof Refused refused) {
            throw Failures.ofKind(refused.kind(), refused.message());
        }
        return (Accepted) this;
    }
}
