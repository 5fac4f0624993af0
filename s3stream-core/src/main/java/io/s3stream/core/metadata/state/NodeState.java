package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.NodeMetadata;

/**
 * The full state of a node.
 *
 * @param lastWalEpoch the greatest WAL epoch the node ever had, including removed generations
 */
public record NodeState(NodeMetadata metadata, long lastWalEpoch, NodeSession session) {

    NodeState with(NodeMetadata changed) {
        return new NodeState(changed, lastWalEpoch, session);
    }

    NodeState with(NodeSession changed) {
        return new NodeState(metadata, lastWalEpoch, changed);
    }
}
