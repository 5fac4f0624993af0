package io.s3stream.spi.storage;

/** An object in the answer to a listing or a HEAD. */
public record ObjectSummary(String key, long size, String version) {}
