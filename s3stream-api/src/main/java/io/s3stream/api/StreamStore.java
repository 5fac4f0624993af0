package io.s3stream.api;

import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.MetadataListener;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataWatch;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.api.tools.KeptObject;
import io.s3stream.api.tools.QuarantinedRecords;
import io.s3stream.api.tools.RewriteReport;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A node's access to a store: it owns streams, appends to them and reads any stream. Thread-safe. Futures complete on
 * the callback executor. A callback must not wait for another future of the store, because that executor is a single
 * thread by default. A method that returns a future reports every error through it, and throws only for an exhausted
 * stack.
 *
 * <p>Each caller gets a future of its own. A caller that cancels it, completes it or lets it time out abandons the
 * answer, and not the call: the store still deletes or trims the stream. The store closes a handle that has no caller,
 * or hands it to the next caller: a stream goes to a later {@link #openStream} with the same epoch that waits for it, a
 * {@link FetchResult} is closed, and so is a store.
 *
 * <p>A process may end without a close: the next open recovers all acknowledged data. A close uploads the data that is
 * only in the WAL and releases all streams, so that the next open has no data to recover.
 */
public interface StreamStore extends AutoCloseable {

    /** Returns the builder of a store; needs {@code s3stream-core} and a WAL module on the class path. */
    static StreamStoreBuilder builder() {
        return new StreamStoreBuilder();
    }

    /** The maximum number of streams that one call of {@link #listStreams} returns. */
    int MAX_LIST = 10_000;

    /**
     * Creates a stream. If a stream of that name exists and has the tags of {@code options}, the call returns its id.
     *
     * @return the id, never used again even after deletion; fails with {@link
     *     io.s3stream.api.errors.AlreadyExistsException} if the name is taken with other tags, and with {@link
     *     io.s3stream.api.errors.InvalidRequestException} for options beyond a limit of {@link CreateOptions}
     */
    CompletableFuture<Long> createStream(CreateOptions options);

    /**
     * Opens a stream as its owner. If this store owns the stream already, the call returns the present handle. A close
     * of that handle closes it for all its users. If its close has begun, the call waits for the close and opens the
     * stream again.
     *
     * @param options with the epoch of the caller, or 0
     * @return fails with {@link io.s3stream.api.errors.StreamOpenElsewhereException} if a node has it open: that node
     *     must close it or be {@linkplain #takeOver taken over}; with {@link
     *     io.s3stream.api.errors.StaleEpochException} for an epoch below the recorded caller epoch; with {@link
     *     io.s3stream.api.errors.ConflictException} for a greater epoch than the caller epoch of the present handle,
     *     or a present handle that has failed: close the handle first; with the same exception for a quarantined
     *     stream, which an operator must {@linkplain #releaseStream release}; with {@link
     *     io.s3stream.api.errors.StreamNotFoundException}; or with {@link
     *     io.s3stream.api.errors.InvalidRequestException} for an epoch beyond {@link OpenOptions#MAX_EPOCH}, and from
     *     a store that was opened read-only
     */
    CompletableFuture<Stream> openStream(long id, OpenOptions options);

    /**
     * Opens a reader of a stream. It reads committed data without ownership, and disturbs no owner. A stream may have
     * any number of readers.
     *
     * @return fails with {@link io.s3stream.api.errors.StreamNotFoundException} if there is no such stream
     */
    CompletableFuture<StreamReader> openReader(long id);

    /**
     * Waits for data of several streams together. Completes when {@code minBytes} are readable from the positions
     * together, when {@code maxWait} is over, or when any of the handles ends. It also completes when a fetch from one of
     * the positions would fail, because the position lies outside the readable offsets of its owner, or before the start
     * offset of its reader. The caller then fetches, or asks {@link StreamReader#bytesAvailable}.
     *
     * <p>Bytes are counted as {@link StreamReader#bytesAvailable} counts them. So the wait may end early, never late. For
     * owners it ends with the acknowledgement of the data. For readers it ends within the interval of 200 ms in which the
     * store reads the metadata for all of them. A trim does not end the wait.
     *
     * <p>A wait costs about 150 bytes for each position, and an append that completes no wait costs one comparison for
     * its stream. A caller that cancels the future, completes it or lets it time out ends the wait.
     *
     * @param positions of handles of this store; none waits for the time only
     * @param minBytes payload bytes, at least 1
     * @param maxWait zero completes at once
     * @return fails with {@link io.s3stream.api.errors.InvalidRequestException} for a bad argument or a handle of another
     *     store, with {@link io.s3stream.api.errors.StoreClosedException} if the store or a handle is closed at the call,
     *     and with {@link io.s3stream.api.errors.StorageException} if readers wait and the metadata cannot be read
     */
    CompletableFuture<Void> whenReadable(Collection<StreamReader.Position> positions, long minBytes, Duration maxWait);

    /**
     * Creates many streams in few commits, as {@link #createStream} does. Fails if one fails; the others exist then.
     */
    CompletableFuture<List<Long>> createStreams(List<CreateOptions> options);

    /**
     * Opens many streams in few commits, as {@link #openStream} does. Opens all, or fails as the first of them does and
     * closes each handle that it opened itself.
     */
    CompletableFuture<List<Stream>> openStreams(Collection<Long> ids, OpenOptions options);

    /** The owner handles that are open here, by id. Empty for a store that was opened read-only. */
    List<Stream> openStreams();

    /**
     * Closes many handles. It uploads their data together and closes them in few commits; single calls of {@link
     * Stream#close} would write an object for each stream. Fails if one fails; the others are closed then.
     */
    CompletableFuture<Void> closeStreams(Collection<? extends StreamReader> streams);

    /** The stream of that name, or nothing. Asks the metadata, not a cache. */
    CompletableFuture<Optional<StreamInfo>> findStream(String name);

    /** A stream as the metadata has it now, or nothing. */
    CompletableFuture<Optional<StreamInfo>> describeStream(long id);

    /**
     * The ranges of a stream as the metadata have it now, in order: where the data between start and committed end
     * are. A store makes each range when it is asked for, so that a long list costs little.
     *
     * @return fails with {@link io.s3stream.api.errors.StreamNotFoundException}
     */
    CompletableFuture<List<StreamRange>> describeRanges(long id);

    /**
     * Returns one page of the streams whose name begins with {@code prefix} (empty: every stream), by id. The last id
     * of a page is {@code after} of the next one. A page with fewer than {@code limit} streams is the last.
     *
     * @param after only streams with a greater id; 0 for the first page
     * @param limit of streams in the page, 1 to {@link #MAX_LIST}
     * @return fails with {@link io.s3stream.api.errors.InvalidRequestException} for a limit or an id out of range
     */
    CompletableFuture<List<StreamInfo>> listStreams(String prefix, long after, int limit);

    /**
     * Replaces the tags of a stream if they are {@code expected}. Any node may update them, also those of an open
     * stream.
     *
     * @param tags within the limits of {@link CreateOptions}
     * @return fails with {@link io.s3stream.api.errors.ConflictException} naming the actual tags if they are others,
     *     and with {@link io.s3stream.api.errors.StreamNotFoundException}
     */
    CompletableFuture<Void> updateTags(long id, Map<String, String> expected, Map<String, String> tags);

    /**
     * Ends a stream: its committed end is final. It can still be opened, read, trimmed and deleted. Idempotent.
     *
     * <p>If this store owns the stream, later appends fail at once with {@link
     * io.s3stream.api.errors.StreamSealedException}. Everything appended before is uploaded, then the seal is
     * committed. If the seal fails, the handle keeps refusing appends. Then seal again, or close the handle and open
     * the stream.
     *
     * @return completes when the seal is committed; fails with {@link
     *     io.s3stream.api.errors.StreamOpenElsewhereException} if another node has the stream open, with {@link
     *     io.s3stream.api.errors.ConflictException} if it is quarantined, with
     *     {@link io.s3stream.api.errors.StreamNotFoundException}, or as an append failed that was enqueued before
     */
    CompletableFuture<Void> seal(long id);

    /**
     * Deletes a stream. A handle of this store ends with {@link CloseReason.Cause#DELETED}.
     *
     * @return fails with {@link io.s3stream.api.errors.StreamOpenElsewhereException} if another node has it open
     */
    CompletableFuture<Void> deleteStream(long id);

    /**
     * Makes several changes of streams in one commit: all of them or none. Each change sees the changes before it. A
     * handle of this store ends if its stream is deleted, as after {@link #deleteStream}.
     *
     * @param changes at most {@link MetadataChange#MAX_CHANGES}, with names and tags of at most {@link
     *     MetadataChange#MAX_BYTES} together; an empty list changes nothing and costs no request
     * @return the id of the stream of each change, in order; fails with {@link
     *     io.s3stream.api.errors.ChangeRefusedException}, which has the position of the refused change and the reason, or
     *     with {@link io.s3stream.api.errors.InvalidRequestException} for too many changes or bytes
     */
    CompletableFuture<List<Long>> commit(List<MetadataChange> changes);

    /**
     * Appends to several streams in one WAL frame: after a crash all batches are there or none. The results are in the
     * order of {@code appends}. Blocks the calling thread while there is no memory for all of them, up to {@link
     * StoreConfig#appendTimeout()}. The stamps are called in the order of {@code appends}, on this thread.
     *
     * @throws io.s3stream.api.errors.StoreBusyException still no memory after that time, or the thread was interrupted;
     *     no batch was enqueued
     * @throws io.s3stream.api.errors.InvalidRequestException together larger than one frame; no offset was assigned
     */
    List<AppendResult> appendAll(List<StreamAppend> appends);

    /** Appends as {@link #appendAll} does, and never blocks. */
    List<AppendResult> tryAppendAll(List<StreamAppend> appends);

    /** Uploads all acknowledged data; completes when it is committed. */
    CompletableFuture<Void> flush();

    /**
     * Rewrites committed data of a stream through a filter, as a compacted topic needs it. The batches that lie within
     * {@code [from, to)} pass the filter. Their payloads become smaller or are dropped; no offset changes. The records
     * of other streams are not touched. {@link Stream#flush} first, to include data that is only in the WAL.
     *
     * <p>The owner of a stream may rewrite it, and any node while the stream is closed. A filter decides by later
     * records of the stream, and while a stream is open only its owner knows them. A change of the owner ends the
     * rewrite.
     *
     * <p>A store rewrites one stream at a time. The work shares memory, read rate and priority with compaction, and also
     * runs if compaction is not enabled. It proceeds in portions of adjacent ranges, each with one commit, from lower to
     * higher offsets. A portion is committed only if the stream still has exactly the objects that were read; after a
     * concurrent compaction it is read again. A failed portion changes nothing, and earlier portions stay rewritten.
     *
     * <p>A fetch of this store that begins after the future completes returns the new payloads. Readers on other nodes
     * see them when they next read the metadata, behind the data that they have read ahead.
     *
     * @param from not negative; offsets before the start of the stream are ignored
     * @param to {@link Long#MAX_VALUE} for all committed data
     * @return completes when all portions are committed, on the callback executor. Fails with {@link
     *     io.s3stream.api.errors.InvalidRequestException} for an exception of the filter, its cause, or a payload that
     *     grows. Fails with {@link io.s3stream.api.errors.StreamOpenElsewhereException} if another node has the stream
     *     open, and with {@link io.s3stream.api.errors.ConflictException} if the owner changes or the ranges change too
     *     often. Fails with {@link io.s3stream.api.errors.StreamNotFoundException}; with {@link
     *     io.s3stream.api.errors.StoreBusyException} if too many rewrites wait; or with {@link
     *     io.s3stream.api.errors.CorruptedDataException} if committed data are damaged
     */
    CompletableFuture<RewriteReport> rewrite(long streamId, long from, long to, BatchFilter filter);

    StoreStats stats();

    /** The abilities of the store now. */
    StoreState state();

    /**
     * The current WAL: the WAL that the store was opened with, its fallback, or the target of a switch.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException from a store that was opened read-only
     */
    URI wal();

    /**
     * Switches to another WAL while appends run: no append fails, is lost or changes its offset; appends only wait a
     * little. The next open of the store should name the new WAL; otherwise it recovers the new WAL first.
     *
     * @return completes when the old WAL holds no needed data; fails without a change with {@link
     *     io.s3stream.api.errors.InvalidRequestException} for a URI that is wrong, is the current WAL, or takes too
     *     small frames, with {@link io.s3stream.api.errors.ConflictException} during another switch, with {@link
     *     io.s3stream.api.errors.StorageException} if the new WAL cannot be reached
     */
    CompletableFuture<Void> switchWal(URI uri);

    /**
     * Takes over a node as {@link #takeOver(int, TakeOverOptions)} does, with any epoch and with the WALs where they
     * were. The store follows a recorded WAL only if this process is configured with it, or if it leads to no other
     * bucket, endpoint or directory than the configuration does.
     */
    default CompletableFuture<TakeOverReport> takeOver(int nodeId) {
        return takeOver(nodeId, TakeOverOptions.defaults());
    }

    /**
     * Takes over another node. The take-over fences the process that is the node, uploads all data that the node had
     * acknowledged, and closes its streams, so that any node may open them. Then it releases the node's WALs. The
     * future waits for that release only while a WAL is locked; a close of this store waits for it, for some seconds. A
     * take-over cuts off a running owner. It may be repeated, by this node or another, whether an earlier one
     * succeeded, failed or died. The node itself may open again at any time under its own id.
     *
     * <p>A caller that acts on a suspicion gives the suspected epoch with {@link TakeOverOptions#ifEpoch(long)}. A
     * take-over that failed after its fence has raised the epoch itself. This store then continues it when it is called
     * with the same condition again, unless another process has registered the node since.
     *
     * @return fails, and can be tried again. {@link io.s3stream.api.errors.NodeEpochConflictException}: the epoch of the
     *     node is not that of the condition; the call has fenced no process and changed nothing. {@link
     *     io.s3stream.api.errors.ConflictException} names the process that
     *     still holds the lock of an exclusive WAL. {@link io.s3stream.api.errors.StorageException}: a WAL cannot be
     *     reached from here. {@link io.s3stream.api.errors.FencedException}: another process became the node during the
     *     take-over. {@link io.s3stream.api.errors.InvalidRequestException}: the node is this node, or never existed,
     *     or the store does not follow a recorded WAL
     */
    CompletableFuture<TakeOverReport> takeOver(int nodeId, TakeOverOptions options);

    /**
     * Ends the quarantine of a stream, so that it can be opened. Recovery quarantines a stream if acknowledged records
     * do not continue it, which only a fault of the software or of the host causes; {@link StreamInfo#quarantine} has
     * the finding.
     *
     * @return fails with {@link io.s3stream.api.errors.ConflictException} if the stream is not quarantined or its
     *     records cannot be appended, and with {@link io.s3stream.api.errors.StreamOpenElsewhereException} if it is
     *     still open: open or take over that node first, which closes the stream
     */
    CompletableFuture<Void> releaseStream(long id, QuarantinedRecords records);

    /**
     * Removes a decommissioned node from the metadata. The node must have no open streams and no WAL left. Its objects
     * stay, and other nodes compact them. A process that still runs as that node is fenced. A node that is opened
     * later under the same id gets a greater epoch.
     *
     * @return fails with {@link io.s3stream.api.errors.ConflictException} naming the streams and WALs that are left,
     *     which a {@linkplain #takeOver take-over} ends, and with {@link
     *     io.s3stream.api.errors.InvalidRequestException} for this node itself or an unknown node
     */
    CompletableFuture<Void> removeNode(int nodeId);

    /**
     * The epoch of this node: the number of the registration that this store made when it was opened. It is greater than
     * every earlier epoch of the node, and no other process has it. Costs no request.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException from a store that was opened read-only
     */
    long nodeEpoch();

    /**
     * Replaces the tags of this node, which {@link NodeInfo#tags} shows. They belong to the epoch of this node: the next
     * process that opens the node replaces them, and a take-over removes them.
     *
     * @param tags within the limits of {@link CreateOptions}
     * @return fails with {@link io.s3stream.api.errors.FencedException} if another process has become the node, and
     *     with {@link io.s3stream.api.errors.InvalidRequestException} for tags beyond a limit
     */
    CompletableFuture<Void> setNodeTags(Map<String, String> tags);

    /** All nodes that opened the store and were not {@linkplain #removeNode removed}, by id. Asks the metadata, no cache. */
    CompletableFuture<List<NodeInfo>> listNodes();

    /**
     * Reads the metadata and returns all streams and nodes of that moment. The first call of a store costs time for each
     * stream; the next ones cost time for the streams that have changed in between.
     */
    CompletableFuture<MetadataSnapshot> snapshot();

    /**
     * Tells the listener each change of nodes, and of streams whose name begins with {@code prefix}. The first call of
     * the listener has the snapshot at which the watch begins. Changes that this store commits follow at once; changes
     * of other nodes follow within about 200 ms. For them the store asks the metadata once per interval, for all watches
     * and waiting readers together. It asks no longer when the last watch is closed.
     *
     * <p>An outage delays the changes, and loses none. If the listener is slow, one call has the changes of several
     * commits.
     *
     * @param prefix of the names; empty for every stream
     * @throws io.s3stream.api.errors.InvalidRequestException for an argument that is null
     * @throws io.s3stream.api.errors.StoreClosedException the store is closed
     */
    MetadataWatch watch(String prefix, MetadataListener listener);

    /**
     * The objects that no sweep deletes although the metadata do not name them: the metadata were rebuilt, and these
     * are older. Empty if the metadata were never rebuilt. Lists all objects of the store.
     */
    CompletableFuture<List<KeptObject>> listKeptObjects();

    /**
     * Releases the given objects of {@link #listKeptObjects}: they are deleted after the configured {@code
     * deletionGrace}. An operator decides this: the data of an object is lost if the rebuild should have used it.
     *
     * @return fails with {@link io.s3stream.api.errors.InvalidRequestException} or {@link
     *     io.s3stream.api.errors.ConflictException} if one of them is no such object; then not all are released
     */
    CompletableFuture<Void> releaseKeptObjects(Collection<KeptObject> objects);

    /**
     * Uploads, closes all streams and stops, within {@code timeout}; after it, stops as a crash would (safe). A timeout
     * of zero stops at once, and begins no upload.
     */
    CompletableFuture<Void> close(Duration timeout);

    /**
     * Closes as {@link #close(Duration)} does with the configured {@link StoreConfig#closeTimeout()}. Blocks the
     * calling thread until the store is closed: at most about 20 s longer than that timeout.
     */
    @Override
    void close();
}
