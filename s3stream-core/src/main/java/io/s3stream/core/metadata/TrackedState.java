package io.s3stream.core.metadata;

import org.jspecify.annotations.Nullable;

/**
 * A state between two batches, which can record the ids that later batches change. Only a task on the metadata's serial
 * context may use the two methods below; see {@link MetadataClient#between}.
 */
public interface TrackedState extends MetadataView {

    /**
     * Begins to record ids, with an empty record.
     *
     * @param maxStreams more changed streams than this end the recording; 0 ends it at once
     */
    void track(int maxStreams);

    /** Returns the recorded ids and empties the record. Returns null if the state does not record. */
    @Nullable
    ChangedIds takeChanges();
}
