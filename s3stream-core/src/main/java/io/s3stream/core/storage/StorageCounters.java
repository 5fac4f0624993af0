package io.s3stream.core.storage;

/**
 * What {@link MeteredObjectStorage} has counted since it was made. Requests count when they are issued, bytes when they
 * have been transferred successfully; retries inside the storage are not seen.
 *
 * @param reads GET, HEAD and LIST requests
 * @param writes PUT, part, DELETE and the requests that begin, complete and abort uploads in parts; one DELETE for each
 *     1000 keys
 * @param bytesRead content received
 * @param bytesWritten bodies sent; what was copied on the server is not among them
 */
public record StorageCounters(long reads, long writes, long bytesRead, long bytesWritten) {}
