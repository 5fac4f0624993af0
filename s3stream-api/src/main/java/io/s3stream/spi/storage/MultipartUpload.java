package io.s3stream.spi.storage;

import java.util.concurrent.CompletableFuture;

/**
 * An object in parts, numbered from 1 without gaps; all but the last are at least 5 MiB on S3. Nothing is visible before
 * {@link #complete}. A failed {@code complete} is unknown: settle it by HEAD and comparison.
 */
public interface MultipartUpload {

    /**
     * As {@link ObjectStorage#put} concerning {@code body}. Parts may be written in parallel. A number may be written again
     * after a failure, with the same bytes: whichever attempt lands counts.
     */
    CompletableFuture<Void> part(int number, ObjectBody body);

    /** A part copied on the server from a range of another object of this storage. */
    CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length);

    /** Joins the parts in order of their numbers; answers the version. Refused while a number before the last is missing. */
    CompletableFuture<String> complete();

    CompletableFuture<Void> abort();
}
