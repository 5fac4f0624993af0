package io.s3stream.spi.storage;

import java.util.concurrent.CompletableFuture;

/**
 * An object in parts, numbered from 1 without gaps; all but the last are at least 5 MiB on S3. The object is not
 * visible before {@link #complete}. A failed {@code complete} is unknown: settle it by HEAD and comparison.
 *
 * <p><b>Deadline.</b> Every future completes within 5 minutes, and a {@link #part} within one second more for each 256
 * KiB. The engine then fails the call with unknown outcome, ignores a later answer, and never reuses the memory of a
 * part.
 */
public interface MultipartUpload {

    /**
     * Writes a part; the rules for {@code body} are those of {@link ObjectStorage#put}. Parts may be written in
     * parallel. A caller may write a number again after a failure, with the same bytes: any of the attempts may become
     * the part.
     */
    CompletableFuture<Void> part(int number, ObjectBody body);

    /** Copies a part on the server from a range of another object of this storage. */
    CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length);

    /**
     * Joins the parts in order of their numbers; returns the version. Fails while a number before the last is missing.
     */
    CompletableFuture<String> complete();

    /** Ends the upload without an object. */
    CompletableFuture<Void> abort();
}
