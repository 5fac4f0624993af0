package io.s3stream.core.metadata;

/** An object in object storage. */
public record StoredObject(String key, long size) {}
