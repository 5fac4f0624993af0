package io.s3stream.core.metadata;

import java.util.List;

/** A node in the metadata; generations in ascending order. */
public record NodeMetadata(int id, long epoch, CommittedPosition committed, List<Generation> generations) {

    public NodeMetadata {
        generations = List.copyOf(generations);
    }
}
