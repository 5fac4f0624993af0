package io.s3stream.spi.storage;

/**
 * An upload in parts that somebody began and that was neither completed nor aborted when it was listed.
 *
 * @param uploadId tells it from others of the same key; the storage's own name for it
 */
public record PendingMultipart(String key, String uploadId) {}
