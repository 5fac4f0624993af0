package io.s3stream.core.metadata;

import java.util.List;
import java.util.Map;

/**
 * A node in the metadata; generations in ascending order.
 *
 * @param tags facts that the process of this epoch has set about itself
 */
public record NodeMetadata(
        int id, long epoch, CommittedPosition committed, List<Generation> generations, Map<String, String> tags) {

    public NodeMetadata {
        generations = List.copyOf(generations);
        tags = Map.copyOf(tags);
    }

    /** Returns a node without tags. */
    public static NodeMetadata untagged(int id, long epoch, CommittedPosition committed, List<Generation> generations) {
        return new NodeMetadata(id, epoch, committed, generations, Map.of());
    }

    /** Returns this node with another committed position. */
    public NodeMetadata at(CommittedPosition newCommitted) {
        return new NodeMetadata(id, epoch, newCommitted, generations, tags);
    }

    /** Returns this node with other generations. */
    public NodeMetadata with(List<Generation> newGenerations) {
        return new NodeMetadata(id, epoch, committed, newGenerations, tags);
    }

    /** Returns this node with other tags. */
    public NodeMetadata tagged(Map<String, String> newTags) {
        return new NodeMetadata(id, epoch, committed, generations, newTags);
    }
}
