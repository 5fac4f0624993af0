package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.NodeMetadata;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a head continues the state of this process [R41]. Stateless. Not final, so that a test can break it
 * on purpose.
 */
public class ChainRule {

    /** Returns whether this process and the head have the same chain value at a position. */
    public boolean continues(UUID known, UUID told) {
        return known.equals(told);
    }

    /** Returns whether a checkpoint may replace a state without the batches between them. */
    public boolean continues(MetadataState known, MetadataState checkpoint) {
        return known.history().isContinuedBy(checkpoint.history())
                && known.nodes().stream()
                        .allMatch(node -> isKept(
                                node,
                                known.session(node.id()),
                                checkpoint.node(node.id()),
                                checkpoint.session(node.id())));
    }

    /** Epochs and batch numbers of a node never decrease. */
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
