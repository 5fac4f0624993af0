package io.s3stream.spi.storage;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A bucket (or a prefix of one). Thread-safe; futures complete on a thread of the storage: hand over before working.
 *
 * <p>Failures: {@link io.s3stream.api.errors.StorageException} means the outcome is <em>unknown</em>; a write may still
 * take effect later. A condition that does not hold is not a failure but an answer. Keys are relative, without leading
 * slash, of {@code [A-Za-z0-9._/-]}, at most 512 characters.
 */
public interface ObjectStorage extends AutoCloseable {

    /**
     * Writes a whole object, atomically: a reader sees all of it or nothing of it.
     *
     * @return the version written, or nothing when {@code condition} did not hold. Never completes while an attempt of
     *     this call still reads {@code body}, unless it was {@linkplain ObjectBody#abandon() abandoned} before.
     */
    CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition);

    /**
     * Reads an object or a part of it.
     *
     * @return the content, which the caller releases; nothing when there is no such object. A range that begins at or
     *     past the end fails with {@link io.s3stream.api.errors.InvalidRequestException}; one that ends past it is cut.
     */
    CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range);

    /** The whole object if its version is not {@code version}: see {@link ConditionalContent}. */
    CompletableFuture<ConditionalContent> getIfChanged(String key, String version);

    CompletableFuture<Optional<ObjectSummary>> head(String key);

    /**
     * Keys that begin with {@code prefix} and come after {@code startAfter}, in byte order, at most {@code limit} (which
     * may be lowered to what the storage allows, usually 1000). A page shorter than that is not necessarily the last
     * one: only an empty page is.
     */
    CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit);

    /** Deletes any number of keys; absent ones count as deleted. Answers the keys that failed, with the reason. */
    CompletableFuture<Map<String, String>> delete(Collection<String> keys);

    /** Begins an upload in parts, for objects too large for one PUT. */
    CompletableFuture<MultipartUpload> createMultipart(String key);

    /**
     * The uploads in parts that are under way or were abandoned, by whomever, of keys that begin with {@code prefix}, which
     * is empty or ends with a slash; in no order. All of them: there are never many, unless they are not aborted.
     */
    CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix);

    /** Ends an upload in parts, also somebody else's; what was uploaded of it is gone. One that is over is no failure. */
    CompletableFuture<Void> abortMultipart(PendingMultipart upload);

    @Override
    void close();
}
