package io.s3stream.wal.block.format;

/** Names the process that opened a generation, for people. */
public record Holder(long pid, String hostName, long sinceMillis) {}
