package io.s3stream.api;

import io.s3stream.api.tools.KeptObject;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One node's access to a store: it owns streams, takes appends for them and reads any stream. Thread-safe. Futures
 * complete on the callback executor; what runs there must not wait for another future of the store, because by default
 * that executor is a single thread.
 *
 * <p>Each caller gets a future of its own. A caller that cancels it, completes it or lets it time out gives up the answer,
 * and not the call: a stream is deleted or trimmed all the same. A handle whose caller is gone is closed, or goes to the
 * next caller: a stream goes to a later {@link #openStream} with the same epoch that waits for it, a {@link FetchResult} is
 * closed, and so is a store.
 *
 * <p>Not closing it is safe: whatever was acknowledged is recovered at the next open. Closing it uploads what is only in
 * the WAL and gives up all streams, so that the next open has nothing to do.
 */
public interface StreamStore extends AutoCloseable {

    /** Starts here; needs {@code s3stream-core} and a WAL module on the class path. */
    static StreamStoreBuilder builder() {
        return new StreamStoreBuilder();
    }

    /** The maximum number of streams that one call of {@link #listStreams} returns. */
    int MAX_LIST = 10_000;

    /**
     * Creates a stream. With a name that exists: answers that stream's id if it has the tags of {@code options}, otherwise fails with {@link io.s3stream.api.errors.ConflictException}. Options beyond a limit of {@link
     * CreateOptions} fail with {@link io.s3stream.api.errors.InvalidRequestException}.
     *
     * @return the id, never used again even after deletion
     */
    CompletableFuture<Long> createStream(CreateOptions options);

    /**
     * Opens a stream that nobody has open.
     *
     * @return fails with {@link io.s3stream.api.errors.ConflictException} naming the owner, which must close the stream or be
     *     {@linkplain #takeOver taken over}, or saying that the stream is quarantined and must be {@linkplain #releaseStream
     *     released}, or with {@link io.s3stream.api.errors.StreamNotFoundException}, or with
     *     {@link io.s3stream.api.errors.InvalidRequestException} for an epoch beyond {@link OpenOptions#MAX_EPOCH}, or with
     *     {@link io.s3stream.api.errors.StaleEpochException} for an epoch below the recorded caller epoch
     */
    CompletableFuture<Stream> openStream(long id, OpenOptions options);

    /** As {@link #createStream} for many, in few commits; fails if one fails, the others are there all the same. */
    CompletableFuture<List<Long>> createStreams(List<CreateOptions> options);

    /** As {@link #openStream} for many, in few commits: opens all, or fails as the first of them does and leaves none open. */
    CompletableFuture<List<Stream>> openStreams(Collection<Long> ids, OpenOptions options);

    /**
     * As {@link Stream#close} for many: uploads them together first, and then closes them in few commits, where single calls
     * would write an object for each stream. Fails if one fails, the others are closed all the same.
     */
    CompletableFuture<Void> closeStreams(Collection<? extends Stream> streams);

    /** The stream of that name, or nothing. Asks the metadata, not a cache. */
    CompletableFuture<Optional<StreamInfo>> findStream(String name);

    /** A stream as the metadata has it now, or nothing. */
    CompletableFuture<Optional<StreamInfo>> describeStream(long id);

    /**
     * The ranges of a stream as the metadata have it now, in order: where the data between start and committed end are. A store
     * makes each range when it is asked for, so that a long list costs little.
     *
     * @return fails with {@link io.s3stream.api.errors.StreamNotFoundException}
     */
    CompletableFuture<List<StreamRange>> describeRanges(long id);

    /**
     * Returns one page of the streams whose name begins with {@code prefix} (empty: every stream), by id. The last id of a page is
     * {@code after} of the next one. A page with fewer than {@code limit} streams is the last.
     *
     * @param after only streams with a greater id; 0 for the first page
     * @param limit of streams in the page, 1 to {@link #MAX_LIST}
     * @throws io.s3stream.api.errors.InvalidRequestException for a limit or an id out of range
     */
    CompletableFuture<List<StreamInfo>> listStreams(String prefix, long after, int limit);

    /**
     * Replaces the tags of a stream if they are {@code expected}. Any node may update them, also those of an open stream.
     *
     * @param tags within the limits of {@link CreateOptions}
     * @return fails with {@link io.s3stream.api.errors.ConflictException} naming the actual tags if they are others, and with
     *     {@link io.s3stream.api.errors.StreamNotFoundException}
     */
    CompletableFuture<Void> updateTags(long id, Map<String, String> expected, Map<String, String> tags);

    /**
     * Ends a stream: its committed end is final. It can still be opened, read, trimmed and deleted. Idempotent.
     *
     * <p>If this store owns the stream, later appends fail at once with {@link
     * io.s3stream.api.errors.StreamSealedException}. Everything appended before is uploaded, then the seal is committed. If the
     * seal fails, the handle goes on refusing appends: seal again, or close it and open the stream again.
     *
     * @return completes when the seal is committed; fails with {@link
     *     io.s3stream.api.errors.StreamOpenElsewhereException} if another node has the stream open, with {@link
     *     io.s3stream.api.errors.ConflictException} if it is quarantined, with
     *     {@link io.s3stream.api.errors.StreamNotFoundException}, or as an append failed that was enqueued before
     */
    CompletableFuture<Void> seal(long id);

    /** Deletes a stream that nobody else has open; its own handle is fenced. */
    CompletableFuture<Void> deleteStream(long id);

    /**
     * Appends to several streams in one WAL frame: after a crash all are there or none. The results are in the order of
     * {@code appends}. Never waits for memory.
     *
     * @throws io.s3stream.api.errors.StoreBusyException no memory for all of them; nothing was enqueued
     * @throws io.s3stream.api.errors.InvalidRequestException together larger than one frame; no offset was assigned
     */
    List<AppendResult> appendAll(List<StreamAppend> appends);

    /** Uploads everything acknowledged so far; completes when it is committed. */
    CompletableFuture<Void> flush();

    StoreStats stats();

    /** The WAL being written now: the one the store was opened with, its fallback, or what was switched to. */
    URI wal();

    /**
     * Goes on writing to another WAL, while appends run: none fails, is lost or changes its place, they only wait a little.
     * The next open of the store should name the new one; if it does not, it recovers the new one first.
     *
     * @return completes when the old WAL holds nothing that is needed any more; fails, and changes nothing, with {@link
     *     io.s3stream.api.errors.InvalidRequestException} for a URI that is wrong, is the WAL being written, or takes too
     *     small frames, with {@link io.s3stream.api.errors.ConflictException} while another switch is under way, with
     *     {@link io.s3stream.api.errors.StorageException} if the new WAL cannot be reached
     */
    CompletableFuture<Void> switchWal(URI uri);

    /**
     * As {@link #takeOver(int, List)}, with the WALs where they were. A recorded WAL is followed only if it is one of this
     * process's own configuration, or leads to no other bucket, endpoint or directory than that does.
     */
    default CompletableFuture<TakeOverReport> takeOver(int nodeId) {
        return takeOver(nodeId, List.of());
    }

    /**
     * Takes over another node: whoever still is that node is fenced and acknowledges nothing more, whatever it had
     * acknowledged is uploaded, and its streams are closed, so that anybody may open them. Then its WALs are released, which
     * the answer does not wait for unless they are locked; a close of this store does, for some seconds. The way
     * past a dead owner of a stream; a living one is cut off by it. May be done again, by this node or another, whether an
     * earlier one ended well, failed or died; the node itself may come back at any time under its own id.
     *
     * @param walUris where this machine has WALs that the node used under other names or with other options, such as
     *     another device name, or {@code singleAttach=true} for a volume that is attached here only; each stands for the
     *     recorded one of the same medium, or of its scheme if only one is given. What is given here is trusted: name
     *     the node's WALs if they are none of this process's configuration
     * @return fails, and can be tried again, with {@link io.s3stream.api.errors.ConflictException} naming the process that
     *     still holds the lock of an exclusive WAL, with {@link io.s3stream.api.errors.StorageException} when a WAL cannot
     *     be reached from here, with {@link io.s3stream.api.errors.FencedException} when somebody else became the node
     *     meanwhile, with {@link io.s3stream.api.errors.InvalidRequestException} for this node itself or one that never was, and for a
     *     recorded WAL that is not followed
     */
    CompletableFuture<TakeOverReport> takeOver(int nodeId, List<URI> walUris);

    /**
     * Ends the quarantine of a stream, so that it can be opened. Recovery quarantines a stream if acknowledged records do not
     * continue it, which only a fault of the software or of the host causes; {@link StreamInfo#quarantine} says what was found.
     *
     * @return fails with {@link io.s3stream.api.errors.ConflictException} if the stream is not quarantined, is still open, or its
     *     records cannot be appended
     */
    CompletableFuture<Void> releaseStream(long id, QuarantinedRecords records);

    /**
     * Removes a decommissioned node from the metadata. The node must have no open streams and no WAL left. Its objects stay, and
     * other nodes compact them. A process that still runs as that node is fenced. A node that is opened later under the same id
     * gets a greater epoch.
     *
     * @return fails with {@link io.s3stream.api.errors.ConflictException} naming the streams and WALs that are left, which a
     *     {@linkplain #takeOver take-over} ends, and with {@link io.s3stream.api.errors.InvalidRequestException} for this node itself
     *     or an unknown node
     */
    CompletableFuture<Void> removeNode(int nodeId);

    /** All nodes that ever opened the store and were not {@linkplain #removeNode removed}, by id. Asks the metadata, not a cache. */
    CompletableFuture<List<NodeInfo>> listNodes();

    /**
     * The objects that no sweep deletes although the metadata do not name them: the metadata were rebuilt, and these were
     * written before. Empty if the metadata were never rebuilt. Lists all objects of the store.
     */
    CompletableFuture<List<KeptObject>> listKeptObjects();

    /**
     * Releases objects of {@link #listKeptObjects}: they are deleted after the configured {@code deletionGrace}. Only these,
     * others stay. An operator's decision: what one of them holds is lost if the rebuild should have used it.
     *
     * @return fails with {@link io.s3stream.api.errors.InvalidRequestException} or {@link
     *     io.s3stream.api.errors.ConflictException} if one of them is no such object; then not all are released
     */
    CompletableFuture<Void> releaseKeptObjects(Collection<KeptObject> objects);

    /**
     * Uploads, closes all streams and stops, within {@code timeout}; past it, stops as a crash would (safe). With a timeout
     * of zero that is at once, and nothing more is begun.
     */
    CompletableFuture<Void> close(Duration timeout);

    /** {@link #close(Duration)} with the configured {@code closeTimeout}; waits. */
    @Override
    void close();
}
