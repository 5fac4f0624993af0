package io.s3stream.wal.block;

/** Names the process that opened a generation, for people. */
record Holder(long pid, String hostName, long sinceMillis) {}
