package io.s3stream.spi.storage;

/** What a listing or a HEAD tells. */
public record ObjectSummary(String key, long size, String version) {}
