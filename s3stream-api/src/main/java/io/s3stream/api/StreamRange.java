package io.s3stream.api;

/**
 * Offsets {@code [start, end)} of a stream are in one object.
 *
 * @param object its key; empty if a compaction has replaced and removed the object since
 * @param bytes size of the records, headers included
 */
public record StreamRange(long start, long end, String object, long bytes) {}
