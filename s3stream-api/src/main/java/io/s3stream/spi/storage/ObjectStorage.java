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
 *
 * <p><b>Deadline.</b> Every future completes within 5 minutes, of a {@link #list}, {@link #delete} and {@link
 * #listMultiparts} within 30 minutes. A {@link #put} and a {@link #get} of a slice have one second more for each 256
 * KiB. The engine then fails the call with {@link io.s3stream.api.errors.StorageException} and unknown outcome. It
 * releases the content of a later answer and never reuses the memory of a body. Some callers wait for less: a request
 * of the metadata 10 seconds at first, an upload 4 minutes and the time of its transfer. They retry with other keys or
 * conditions, so a late write does no harm. After some seconds without success the listener receives {@link
 * io.s3stream.api.StoreListener#unreachable}.
 */
public interface ObjectStorage extends AutoCloseable {

    /**
     * Writes a whole object, atomically: a reader sees all of it or none of it. Deadline: that of the storage, with the
     * time of the transfer.
     *
     * @return the version written, or nothing if {@code condition} did not hold. Never completes while an attempt of
     *     this call still reads {@code body}, unless it was {@linkplain ObjectBody#abandon() abandoned} before.
     */
    CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition);

    /**
     * Reads an object or a part of it. Deadline: that of the storage, with the time of the transfer.
     *
     * @return the content, which the caller releases; nothing if there is no such object. A range that begins at or
     *     past the end fails with {@link io.s3stream.api.errors.InvalidRequestException}; a range that ends past it is
     *     cut.
     */
    CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range);

    /** Reads the whole object if its version is not {@code version}. Deadline: that of the storage. */
    CompletableFuture<ConditionalContent> getIfChanged(String key, String version);

    /** Looks for an object. Deadline: that of the storage. */
    CompletableFuture<Optional<ObjectSummary>> head(String key);

    /**
     * Lists the keys that begin with {@code prefix} and come after {@code startAfter}, in byte order, at most {@code
     * limit}. The storage may lower the limit to its own, usually 1000. Only an empty page is certainly the last page.
     * Deadline: 30 minutes.
     */
    CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit);

    /**
     * Deletes any number of keys; absent keys count as deleted. Returns the failed keys with reasons. Deadline: 30
     * minutes.
     */
    CompletableFuture<Map<String, String>> delete(Collection<String> keys);

    /** Begins an upload in parts, for objects too large for one PUT. Deadline: that of the storage. */
    CompletableFuture<MultipartUpload> createMultipart(String key);

    /**
     * Lists all unfinished uploads in parts, of any process, whose keys begin with {@code prefix}, in no order. The
     * prefix is empty or ends with a slash. There are few, unless abandoned uploads are never aborted. Deadline: 30
     * minutes.
     */
    CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix);

    /**
     * Aborts an upload in parts, of any process, and deletes its parts. An upload that is over is no failure. Deadline:
     * that of the storage.
     */
    CompletableFuture<Void> abortMultipart(PendingMultipart upload);

    @Override
    void close();
}
