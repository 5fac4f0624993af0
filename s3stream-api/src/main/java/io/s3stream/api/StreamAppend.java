package io.s3stream.api;

/** One part of {@link StreamStore#appendAll}. */
public record StreamAppend(Stream stream, RecordBatch batch) {}
