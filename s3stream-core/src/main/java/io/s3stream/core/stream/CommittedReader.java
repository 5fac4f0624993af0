package io.s3stream.core.stream;

import io.s3stream.api.CloseReason;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.StreamReader;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.core.runtime.PendingFutures;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A stream opened read-only. Sees committed data, regardless of the stream's owner. Refreshes the metadata when a read
 * reaches the last known offset.
 */
@SuppressWarnings("ReferenceEquality") // identity is meant
public final class CommittedReader implements StreamReader, Fetches.Source {

    private final long id;
    private final String name;
    private final ReaderServices services;
    private final Fetches fetches;
    private final PendingFutures<CompletableFuture<Void>> waiting = new PendingFutures<>();
    private final CompletableFuture<CloseReason> ended = new CompletableFuture<>();
    private final Announcement<CloseReason> ending = new Announcement<>(ended);
    private volatile @Nullable StoreClosedException closed;

    CommittedReader(StreamMetadata stream, ReaderServices services) {
        this.id = stream.id();
        this.name = stream.name();
        this.services = services;
        this.fetches = new Fetches(services.runtime(), services.readPath().metrics(), this);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isSealed() {
        return present().isSealed();
    }

    @Override
    public NavigableMap<Long, Long> epochs() {
        return present().epochs().toMap();
    }

    @Override
    public CompletableFuture<FetchResult> fetch(long start, long end, int maxBytes, FetchOptions options) {
        return fetches.fetch(id, start, end, maxBytes, options);
    }

    @Override
    public CompletableFuture<FetchResult> read(long start, long end, int maxBytes, ReadLimit.Excess excess) {
        StoreClosedException reason = closed;
        if (reason != null) {
            return CompletableFuture.failedFuture(reason);
        }
        StackRoom.require();
        ReadLimit limit = new ReadLimit(end, maxBytes, excess);
        if (start < present().committedEnd()) {
            return readCommitted(start, limit);
        }
        return services.answers()
                .of(services.refresh().thenCompose(view -> readCommitted(start, limit)), Fetches::giveBack);
    }

    @Override
    public boolean isEnd(long offset) {
        return offset >= present().committedEnd();
    }

    @Override
    public CompletableFuture<Void> whenReadable(long offset, long end, long bytes) {
        return whenCommitted(offset + 1);
    }

    /**
     * Completes when the stream has a commit up to the offset, or was deleted. A caller that stops waiting must cancel
     * the future.
     */
    private CompletableFuture<Void> whenCommitted(long offset) {
        if (isCommitted(services.view(), offset)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> committed = services.commits().when(view -> isCommitted(view, offset));
        waiting.add(committed);
        StoreClosedException reason = closed;
        if (reason != null) {
            committed.completeExceptionally(reason);
        }
        return committed;
    }

    private boolean isCommitted(MetadataView view, long offset) {
        StreamMetadata stream = view.stream(id);
        return stream == null || Math.max(stream.committedEnd(), stream.startOffset()) >= offset;
    }

    @Override
    public long startOffset() {
        return present().startOffset();
    }

    @Override
    public long confirmOffset() {
        return Math.max(present().committedEnd(), present().startOffset());
    }

    @Override
    public CompletableFuture<OptionalLong> offsetForTimestamp(long timestamp) {
        StackRoom.require();
        return services.answers().of(Failures.answerOf(() -> {
            long known = presentInUse().committedEnd();
            return search(0, known, timestamp)
                    .thenCompose(found -> found.isPresent()
                            ? CompletableFuture.completedFuture(found)
                            : services.refresh().thenCompose(view -> search(known, Long.MAX_VALUE, timestamp)));
        }));
    }

    private CompletableFuture<OptionalLong> search(long from, long until, long timestamp) {
        return services.readPath().positions().offsetForTimestamp(id, from, until, timestamp);
    }

    @Override
    public CompletableFuture<Optional<TimestampedOffset>> offsetOfMaxTimestamp() {
        return services.answers().call(() -> {
            presentInUse();
            return services.answers()
                    .of(services.refresh()
                            .thenCompose(view ->
                                    services.readPath().positions().offsetOfMaxTimestamp(id, 0, Long.MIN_VALUE)));
        });
    }

    @Override
    public long bytesAvailable(long from) {
        OffsetRange.requireNotNegative(id, "from", from);
        return CommittedBytes.from(presentInUse(), from);
    }

    @Override
    public CompletableFuture<Long> sizeBytes(long from, long to) {
        return services.answers().call(() -> {
            OffsetRange range = new OffsetRange(id, from, to);
            return services.answers()
                    .of(Failures.answerOf(() -> to <= presentInUse().committedEnd()
                            ? sizeOfCommitted(range)
                            : services.refresh().thenCompose(view -> sizeOfCommitted(range))));
        });
    }

    private CompletableFuture<Long> sizeOfCommitted(OffsetRange range) {
        long start = startOffset();
        long confirmed = confirmOffset();
        if (!range.isWithin(start, confirmed)) {
            return CompletableFuture.failedFuture(
                    new OffsetOutOfRangeException(id, range.firstOutside(start), start, confirmed));
        }
        return range.isEmpty()
                ? CompletableFuture.completedFuture(0L)
                : services.readPath().positions().recordBytes(id, range.from(), range.to());
    }

    @Override
    public CompletableFuture<Void> whenDurable(long offset) {
        return services.answers().call(() -> whenDurableOrCommitted(offset));
    }

    private CompletableFuture<Void> whenDurableOrCommitted(long offset) {
        if (Math.max(presentInUse().committedEnd(), startOffset()) >= offset) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> durable = new CompletableFuture<>();
        services.refresh().whenComplete((view, error) -> {
            if (error != null) {
                durable.completeExceptionally(error);
            } else if (!durable.isDone()) {
                waitFor(offset, durable);
            }
        });
        return services.answers().ofWait(durable);
    }

    private void waitFor(long offset, CompletableFuture<Void> durable) {
        CompletableFuture<Void> committed = whenCommitted(offset);
        durable.whenComplete((nothing, error) -> committed.cancel(false));
        committed.thenAccept(nothing -> present()).whenComplete((nothing, error) -> {
            if (error == null) {
                durable.complete(null);
            } else {
                durable.completeExceptionally(error);
            }
        });
    }

    @Override
    public CompletableFuture<Void> refresh() {
        return services.answers()
                .call(() -> services.answers().of(services.refresh().thenAccept(view -> presentInUse())));
    }

    @Override
    public CompletableFuture<Void> close() {
        StackRoom.require();
        end(new StoreClosedException("stream=" + id + " is closed"), CloseReason.Cause.CLOSED);
        services.forget(this);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<CloseReason> closed() {
        StackRoom.require();
        services.watchDeletion(this);
        endIfDeleted(services.view());
        return services.answers().ofWait(ending.listen());
    }

    /** Completes when the handle ends. The caller cancels it to stop waiting. */
    CompletableFuture<CloseReason> ending() {
        return ending.listen();
    }

    boolean isOf(ReaderServices store) {
        return services == store;
    }

    /** Throws the reason if the handle is closed. */
    void checkInUse() {
        presentInUse();
    }

    /** The handle has ended if the stream is gone. */
    void endIfDeleted(MetadataView view) {
        if (view.stream(id) == null) {
            endAsDeleted();
        }
    }

    void endAsDeleted() {
        ended.complete(CloseReason.of(CloseReason.Cause.DELETED));
    }

    /** The metadata cannot be read again. Known data stays readable. */
    void metadataStopped(StreamException reason) {
        ended.complete(CloseReason.of(
                reason.kind() == StreamException.Kind.FENCED ? CloseReason.Cause.FENCED : CloseReason.Cause.FAILED,
                reason));
    }

    /** Fails all waits: the store closed, and with it the timer that polls. */
    void storeClosed(StoreClosedException reason) {
        end(reason, CloseReason.Cause.STORE_CLOSED);
    }

    private void end(StoreClosedException reason, CloseReason.Cause cause) {
        closed = reason;
        waiting.forEach(future -> future.completeExceptionally(reason));
        ended.complete(CloseReason.of(cause));
    }

    private CompletableFuture<FetchResult> readCommitted(long start, ReadLimit limit) {
        StreamMetadata stream = services.view().stream(id);
        if (stream == null) {
            return CompletableFuture.failedFuture(deleted());
        }
        long confirmed = Math.max(stream.committedEnd(), stream.startOffset());
        if (start < stream.startOffset() || start > confirmed) {
            return CompletableFuture.failedFuture(
                    new OffsetOutOfRangeException(id, start, stream.startOffset(), confirmed));
        }
        if (start == confirmed || limit.end() == start) {
            return CompletableFuture.completedFuture(EmptyResult.at(start));
        }
        return services.answers().of(services.readPath().read(id, start, limit), Fetches::giveBack);
    }

    private StreamMetadata presentInUse() {
        StoreClosedException reason = closed;
        if (reason != null) {
            throw reason;
        }
        return present();
    }

    private StreamMetadata present() {
        StreamMetadata stream = services.view().stream(id);
        if (stream == null) {
            throw deleted();
        }
        return stream;
    }

    private StreamNotFoundException deleted() {
        endAsDeleted();
        return new StreamNotFoundException("stream=" + id + " was deleted");
    }
}
