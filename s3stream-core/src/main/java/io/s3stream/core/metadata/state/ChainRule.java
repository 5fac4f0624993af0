package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.NodeMetadata;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether a head continues what this process knows [R41]. Without state. Not final, so that a test can break it on purpose.
 */
public class ChainRule {

    /** Whether the chain value that this process has at a position is the one that the head has there. */
    public boolean continues(UUID known, UUID told) {
        return known.equals(told);
    }

    /** Whether a checkpoint may come after a state that it does not contain the batches since. */
    public boolean continues(MetadataState known, MetadataState checkpoint) {
        return known.history().isContinuedBy(checkpoint.history())
                && known.nodes().stream()
                        .allMatch(node -> isKept(
                                node,
                                known.session(node.id()),
                                checkpoint.node(node.id()),
                                checkpoint.session(node.id())));
    }

    /** Epochs and batches of a node are never taken back. */
    private static boolean isKept(
            NodeMetadata known,
            @Nullable NodeSession session,
            @Nullable NodeMetadata told,
            @Nullable NodeSession toldSession) {
        if (told == null || session == null || toldSession == null || told.epoch() < known.epoch()) {
            return false;
        }
        return !session.id().equals(toldSession.id()) || toldSession.lastBatch() >= session.lastBatch();
    }
}
