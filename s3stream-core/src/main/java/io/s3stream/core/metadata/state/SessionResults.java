package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.CommandResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Exactly-once for batches [R16]: recognises a batch that was applied before, and remembers the results of the last.
 * Stateless. Not final, so that a test can break it on purpose.
 */
public class SessionResults {

    /** Returns the results if exactly this batch is the last one applied for its node, otherwise null. */
    protected @Nullable List<CommandResult> recognise(@Nullable NodeSession current, Batch batch) {
        return current != null && current.id().equals(batch.session()) && current.lastBatch() == batch.number()
                ? current.results()
                : null;
    }

    /** Returns the session state to keep until the session's next batch. */
    protected NodeSession remember(Batch batch, List<CommandResult> results) {
        return new NodeSession(batch.session(), batch.number(), results);
    }
}
