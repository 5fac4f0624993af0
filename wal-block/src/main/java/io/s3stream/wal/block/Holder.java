package io.s3stream.wal.block;

/** The process that opened a generation, for messages. */
record Holder(long pid, String hostName, long sinceMillis) {}
