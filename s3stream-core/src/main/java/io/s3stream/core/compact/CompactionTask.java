package io.s3stream.core.compact;

import io.s3stream.core.metadata.ObjectMetadata;
import java.util.List;

/**
 * Objects whose records in use are rewritten together.
 *
 * @param inputs by ascending id, as in the planned state
 */
public record CompactionTask(Kind kind, List<ObjectMetadata> inputs) {

    /** The reason of the task. */
    public enum Kind {
        /** A tier has too many objects of similar size. */
        MERGE,
        /** Most bytes of the objects are dead. */
        REWRITE,
        /** The objects belong to one stream and follow each other. */
        JOIN
    }

    public CompactionTask {
        inputs = List.copyOf(inputs);
    }

    /** Returns the bytes of records to copy. */
    public long bytes() {
        return inputs.stream().mapToLong(ObjectMetadata::liveBytes).sum();
    }
}
