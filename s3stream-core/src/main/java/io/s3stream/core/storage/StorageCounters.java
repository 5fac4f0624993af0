package io.s3stream.core.storage;

/**
 * The counts of a {@link MeteredObjectStorage} since its creation. Requests count when they are issued, bytes when they
 * have been transferred successfully. Retries inside the storage are not counted.
 *
 * @param reads GET, HEAD and LIST requests
 * @param writes PUT, part, DELETE and the requests that begin, complete and abort uploads in parts; one DELETE for each
 *     1000 keys
 * @param bytesRead content received
 * @param bytesWritten bodies sent, without copies made by the server
 */
public record StorageCounters(long reads, long writes, long bytesRead, long bytesWritten) {}
