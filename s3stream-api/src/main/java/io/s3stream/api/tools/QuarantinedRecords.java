package io.s3stream.api.tools;

import io.s3stream.api.StreamStore;

/** The use of the quarantined records when an operator {@linkplain StreamStore#releaseStream releases} a stream. */
public enum QuarantinedRecords {
    /** The store deletes the records. The stream ends at its committed end. */
    DISCARD,
    /**
     * The store appends the records to the stream. A batch with a single zero byte as payload fills each run of missing
     * offsets before them. Not possible if the stream, or another kept record, has some of their offsets.
     */
    APPEND
}
