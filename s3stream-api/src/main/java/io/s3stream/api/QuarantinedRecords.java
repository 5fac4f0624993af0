package io.s3stream.api;

/** What becomes of the records that recovery kept apart, when an operator {@linkplain StreamStore#releaseStream releases} a stream. */
public enum QuarantinedRecords {
    /** They are deleted. The stream ends where it is committed to. */
    DISCARD,
    /**
     * They become part of the stream. One batch whose payload is a single zero byte stands for each run of missing offsets before
     * them. Not possible if the stream, or another kept record, has one of their offsets.
     */
    APPEND
}
