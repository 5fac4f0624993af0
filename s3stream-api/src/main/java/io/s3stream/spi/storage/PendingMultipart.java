package io.s3stream.spi.storage;

/**
 * An upload in parts that was neither completed nor aborted when it was listed.
 *
 * @param uploadId the storage's own name for it; differs between uploads of the same key
 */
public record PendingMultipart(String key, String uploadId) {}
