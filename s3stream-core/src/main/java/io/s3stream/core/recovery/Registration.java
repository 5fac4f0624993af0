package io.s3stream.core.recovery;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.Generation;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How a recovery registers its node.
 *
 * @param session identifies this registration after a lost response
 * @param steps the prefix of the step names of the recovery
 * @param ifEpoch the epoch that the node must have; 0 for any
 * @param tags of the node under its new epoch
 */
public record Registration(int nodeId, UUID session, String steps, long ifEpoch, Map<String, String> tags) {

    /** Returns the command, conditional on exactly these generations [R11]. */
    Command command(List<Generation> generations) {
        List<Command.GenerationKey> expected = generations.stream()
                .map(generation -> new Command.GenerationKey(generation.walEpoch(), generation.isSealed()))
                .toList();
        return new Command.RegisterNode(nodeId, session, expected, ifEpoch, tags);
    }
}
