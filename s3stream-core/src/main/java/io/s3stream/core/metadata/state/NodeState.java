package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.NodeMetadata;

/**
 * All the state has of a node.
 *
 * @param lastWalEpoch the greatest WAL epoch the node ever had, also of generations that were removed
 */
public record NodeState(NodeMetadata metadata, long lastWalEpoch, NodeSession session) {

    NodeState with(NodeMetadata changed) {
        return new NodeState(changed, lastWalEpoch, session);
    }

    NodeState with(NodeSession changed) {
        return new NodeState(metadata, lastWalEpoch, changed);
    }
}
