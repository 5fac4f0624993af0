package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.CommandResult;
import java.util.List;
import java.util.UUID;

/**
 * The session under which a node works, and what became of its last batch: how a process that lost the response finds out,
 * whoever folded the batch away meanwhile.
 */
public record NodeSession(UUID id, long lastBatch, List<CommandResult> results) {

    public NodeSession {
        results = List.copyOf(results);
    }
}
