package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.CommandResult;
import java.util.List;
import java.util.UUID;

/**
 * The current session of a node and the results of its last batch. A process that lost the response finds the results
 * here, even if another process has folded the batch into a checkpoint.
 */
public record NodeSession(UUID id, long lastBatch, List<CommandResult> results) {

    public NodeSession {
        results = List.copyOf(results);
    }
}
