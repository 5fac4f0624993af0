package io.s3stream.api;

/**
 * A snapshot of a store's memory and traffic.
 *
 * @param memoryUsedBytes write cache slabs, block cache and buffers in use
 * @param memoryLimitBytes the configured budget
 * @param walUsedBytes bytes in the WAL that are not yet committed to object storage
 * @param appendedBytes bytes of WAL frames acknowledged since open
 * @param uploadedBytes object bytes committed since open
 * @param storageReads object storage GET and HEAD requests since open
 * @param storageWrites object storage PUT, part and DELETE requests since open
 * @param walFrames frames acknowledged since open
 * @param atRiskBytes acknowledged bytes that are only on a failed WAL, until they are uploaded; 0 if no WAL has failed
 */
public record StoreStats(
        long memoryUsedBytes,
        long memoryLimitBytes,
        long walUsedBytes,
        long appendedBytes,
        long uploadedBytes,
        long storageReads,
        long storageWrites,
        long walFrames,
        long atRiskBytes) {}
