package io.s3stream.core.compact;

import io.s3stream.core.metadata.ObjectMetadata;
import java.util.List;

/**
 * Objects whose live records are to be written anew, together.
 *
 * @param inputs by ascending id, as the state has them when the plan is made
 */
public record CompactionTask(Kind kind, List<ObjectMetadata> inputs) {

    /** Why. */
    public enum Kind {
        /** There are many of about the same size. */
        MERGE,
        /** Most of them is dead. */
        REWRITE,
        /** They are of one stream and follow each other. */
        JOIN
    }

    public CompactionTask {
        inputs = List.copyOf(inputs);
    }

    /** Record bytes to be copied. */
    public long bytes() {
        return inputs.stream().mapToLong(ObjectMetadata::liveBytes).sum();
    }
}
