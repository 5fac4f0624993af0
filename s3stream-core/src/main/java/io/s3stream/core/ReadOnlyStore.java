package io.s3stream.core;

import io.s3stream.api.AppendResult;
import io.s3stream.api.BatchFilter;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.api.tools.KeptObject;
import io.s3stream.api.tools.QuarantinedRecords;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.storage.StorageCounters;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A read-only store: no node identity, no WAL, no writes. Serves committed data, and follows new commits. */
final class ReadOnlyStore extends ReadableStore {

    private final Deque<Runnable> cleanup;

    ReadOnlyStore(Reading reading, Deque<Runnable> cleanup) {
        super(reading);
        this.cleanup = cleanup;
        metadata().stopped().thenAccept(this::onMetadataStopped);
    }

    private void onMetadataStopped(Throwable reason) {
        if (!isClosing()) {
            metadataStopped(Failures.asStreamException("metadata client stopped", reason));
        }
    }

    @Override
    public CompletableFuture<Stream> openStream(long id, OpenOptions options) {
        return refuseOwner();
    }

    @Override
    CompletableFuture<List<OwnerOpenings.Opened>> openOwners(List<Long> ids, OpenOptions options) {
        return refuseOwner();
    }

    private static <T> CompletableFuture<T> refuseOwner() {
        return CompletableFuture.failedFuture(
                new InvalidRequestException("the store was opened with openReadOnly(), so it owns no stream: read the"
                        + " stream with openReader(id), or open the store with open()"));
    }

    @Override
    public StoreStats stats() {
        StorageCounters counters = storage().counters();
        return new StoreStats(
                readPath().memoryUsed(), config().memoryBytes(), 0, 0, 0, counters.reads(), counters.writes(), 0, 0);
    }

    @Override
    public CompletableFuture<Void> close(Duration timeout) {
        return answers().call(this::closeNow);
    }

    private CompletableFuture<Void> closeNow() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> earlier = beginClosing(mine);
        if (earlier != null) {
            return earlier.copy();
        }
        StoreClosedException reason = closedStore();
        streams().closed(reason);
        endWaiting(reason);
        readPath().close();
        StoreOpener.closeAll(cleanup);
        mine.complete(null);
        return mine.copy();
    }

    @Override
    public void close() {
        close(config().closeTimeout()).join();
    }

    @Override
    public CompletableFuture<Long> createStream(CreateOptions options) {
        return refuse("createStream");
    }

    @Override
    CompletableFuture<Long> beginCreating(CreateOptions options) {
        return refuse("createStreams");
    }

    /** Completes at once, because readers have no data to upload. */
    @Override
    CompletableFuture<Void> beforeClosing() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> deleteStream(long id) {
        return refuse("deleteStream");
    }

    @Override
    public CompletableFuture<Void> updateTags(long id, Map<String, String> expected, Map<String, String> tags) {
        return refuse("updateTags");
    }

    @Override
    public CompletableFuture<Void> seal(long id) {
        return refuse("seal");
    }

    @Override
    public CompletableFuture<List<Long>> commit(List<MetadataChange> changes) {
        return refuse("commit");
    }

    @Override
    public long nodeEpoch() {
        throw readOnly("nodeEpoch");
    }

    @Override
    public CompletableFuture<Void> setNodeTags(Map<String, String> tags) {
        return refuse("setNodeTags");
    }

    @Override
    public CompletableFuture<Void> removeNode(int nodeId) {
        return refuse("removeNode");
    }

    @Override
    public List<AppendResult> appendAll(List<StreamAppend> appends) {
        throw readOnly("appendAll");
    }

    @Override
    public List<AppendResult> tryAppendAll(List<StreamAppend> appends) {
        throw readOnly("tryAppendAll");
    }

    @Override
    public CompletableFuture<Void> flush() {
        return refuse("flush");
    }

    @Override
    public URI wal() {
        throw readOnly("wal");
    }

    @Override
    public CompletableFuture<RewriteReport> rewrite(long streamId, long from, long to, BatchFilter filter) {
        return refuse("rewrite");
    }

    @Override
    public CompletableFuture<Void> switchWal(URI uri) {
        return refuse("switchWal");
    }

    @Override
    public CompletableFuture<TakeOverReport> takeOver(int nodeId, TakeOverOptions options) {
        return refuse("takeOver");
    }

    @Override
    public CompletableFuture<Void> releaseKeptObjects(Collection<KeptObject> objects) {
        return refuse("releaseKeptObjects");
    }

    @Override
    public CompletableFuture<Void> releaseStream(long id, QuarantinedRecords records) {
        return refuse("releaseStream");
    }

    private static <T> CompletableFuture<T> refuse(String call) {
        return CompletableFuture.failedFuture(readOnly(call));
    }

    private static InvalidRequestException readOnly(String call) {
        return new InvalidRequestException("the store was opened with openReadOnly(): " + call + " needs open()");
    }
}
