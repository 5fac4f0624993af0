package io.s3stream.kafka.transactions.checker;

/** A record that a poll delivered. */
public record Read(long offset, long value) {}
