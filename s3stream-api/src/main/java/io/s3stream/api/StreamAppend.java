package io.s3stream.api;

/** A part of {@link StreamStore#appendAll}. */
public record StreamAppend(Stream stream, RecordBatch batch) {}
