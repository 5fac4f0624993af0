package io.s3stream.core.stream;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CloseReason;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StaleEpochException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamSealedException;
import io.s3stream.core.append.AppendGate;
import io.s3stream.core.append.StreamTail;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.read.TailReader;
import io.s3stream.core.read.blocks.ReadLimit;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The caller's handle of a stream that this node owns. {@link StreamTail} is its growing end. */
public final class OwnedStream implements Stream, Fetches.Source {

    private final String name;
    private final long callerEpoch;
    private final long openedAt;
    private final StreamTail tail;
    private final StreamServices services;
    private final Fetches fetches;
    private final OwnedPositions positions;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();
    private @Nullable Announcement<CloseReason> ending; // guarded by this; created at first use
    private volatile long startOffset;
    private volatile boolean isSealed;
    private volatile @Nullable StoreClosedException closed;
    private volatile @Nullable CallersClose callersClose;

    /** How the close by the caller ended; the tail ends with {@code reason}. */
    private record CallersClose(StoreClosedException reason, Optional<StreamException> error) {}

    OwnedStream(StreamMetadata opened, StreamTail tail, StreamServices services) {
        this.name = opened.name();
        this.callerEpoch = opened.callerEpoch();
        this.openedAt = tail.confirmOffset();
        this.isSealed = opened.isSealed();
        this.startOffset = opened.startOffset();
        this.tail = tail;
        this.services = services;
        this.fetches = new Fetches(services.runtime(), services.readPath().metrics(), this);
        this.positions = new OwnedPositions(this, services);
        if (isSealed) {
            tail.refuse(new StreamSealedException(id()));
        }
    }

    @Override
    public long id() {
        return tail.id();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long epoch() {
        return tail.epoch();
    }

    @Override
    public long callerEpoch() {
        return callerEpoch;
    }

    @Override
    public boolean isSealed() {
        return isSealed;
    }

    @Override
    public NavigableMap<Long, Long> epochs() {
        EpochList committed = OpenStreams.require(services.view(), id()).epochs();
        return OwnedEpochs.of(committed, epoch(), Math.max(openedAt, startOffset), tail.confirmOffset());
    }

    /**
     * Seals the stream. Later appends fail at once. Earlier appends are uploaded, and then the seal is committed. Completes
     * on the metadata's context.
     */
    public CompletableFuture<Void> seal() {
        tail.refuse(new StreamSealedException(id()));
        return tail.whenDurable(tail.nextOffset())
                .thenCompose(durable -> services.writePath().flushForSeal())
                .thenCompose(flushed -> services.submit(nodeEpoch ->
                        new Command.SealStream(services.nodeId(), nodeEpoch, id(), epoch(), tail.confirmOffset())))
                .thenAccept(accepted -> isSealed = true);
    }

    public StreamTail tail() {
        return tail;
    }

    @Override
    public AppendResult append(RecordBatch batch, OffsetStamp stamp) {
        return appendWaiting(batch, OptionalLong.empty(), stamp);
    }

    @Override
    public AppendResult tryAppend(RecordBatch batch, OffsetStamp stamp) {
        return services.writePath().gate().tryAppend(tail, batch, OptionalLong.empty(), stamp);
    }

    @Override
    public AppendResult appendAt(long expectedOffset, RecordBatch batch) {
        return appendWaiting(batch, OptionalLong.of(expectedOffset), OffsetStamp.NONE);
    }

    @Override
    public AppendResult tryAppendAt(long expectedOffset, RecordBatch batch) {
        return services.writePath().gate().tryAppend(tail, batch, OptionalLong.of(expectedOffset), OffsetStamp.NONE);
    }

    @Override
    public CompletableFuture<Void> writable(int bytes) {
        return services.answers().ofWait(services.writePath().gate().writable(bytes));
    }

    @Override
    public CompletableFuture<FetchResult> fetch(long start, long end, int maxBytes, FetchOptions options) {
        return fetches.fetch(id(), start, end, maxBytes, options);
    }

    @Override
    public CompletableFuture<FetchResult> read(long start, long end, int maxBytes, ReadLimit.Excess excess) {
        StoreClosedException reason = closed;
        if (reason != null) {
            return CompletableFuture.failedFuture(reason);
        }
        long confirmed = tail.confirmOffset();
        if (start < startOffset || start > confirmed) {
            return CompletableFuture.failedFuture(new OffsetOutOfRangeException(id(), start, startOffset, confirmed));
        }
        if (start == confirmed || end == start) {
            return CompletableFuture.completedFuture(EmptyResult.at(start));
        }
        long stop = Math.min(end, confirmed);
        FetchResult hot = TailReader.read(tail.cache(), services.readPath().metrics(), start, stop, maxBytes, excess);
        if (hot != null) {
            return CompletableFuture.completedFuture(hot);
        }
        // Not in the cache: the records are uploaded and evicted, unless the store released its memory just now.
        StackRoom.require();
        reason = closed;
        ReadLimit limit = new ReadLimit(stop, maxBytes, excess);
        return reason == null
                ? services.answers().of(services.readPath().read(id(), start, limit), Fetches::giveBack)
                : CompletableFuture.failedFuture(reason);
    }

    @Override
    public boolean isEnd(long offset) {
        return offset >= tail.confirmOffset();
    }

    @Override
    public CompletableFuture<Void> whenReadable(long offset, long end, long bytes) {
        return tail.whenReadable(offset, end, bytes, services.runtime().callbacks());
    }

    @Override
    public CompletableFuture<Void> trim(long newStart) {
        return services.answers().call(() -> trimTo(newStart));
    }

    private CompletableFuture<Void> trimTo(long newStart) {
        if (newStart < 0 || newStart > tail.confirmOffset()) {
            throw new InvalidRequestException("stream=" + id() + " newStart=" + newStart
                    + ": must be between 0 and the confirm offset " + tail.confirmOffset());
        }
        if (newStart <= startOffset) {
            return CompletableFuture.completedFuture(null);
        }
        return services.answers()
                .of(services.submit(nodeEpoch -> new Command.TrimStream(services.nodeId(), nodeEpoch, id(), newStart))
                        .thenAccept(accepted -> raiseStart(newStart)));
    }

    @Override
    public long startOffset() {
        return startOffset;
    }

    @Override
    public long confirmOffset() {
        return tail.confirmOffset();
    }

    @Override
    public long nextOffset() {
        return tail.nextOffset();
    }

    /** Completes at once, because the owner's positions are exact. */
    @Override
    public CompletableFuture<Void> refresh() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<OptionalLong> offsetForTimestamp(long timestamp) {
        return services.answers()
                .call(() -> services.answers().of(Failures.answerOf(() -> positions.offsetForTimestamp(timestamp))));
    }

    @Override
    public CompletableFuture<Optional<TimestampedOffset>> offsetOfMaxTimestamp() {
        return services.answers().call(() -> services.answers().of(Failures.answerOf(positions::offsetOfMaxTimestamp)));
    }

    @Override
    public long bytesAvailable(long from) {
        OffsetRange.requireNotNegative(id(), "from", from);
        checkInUse();
        return positions.bytesAvailable(from);
    }

    @Override
    public CompletableFuture<Long> sizeBytes(long from, long to) {
        return services.answers().call(() -> {
            OffsetRange range = new OffsetRange(id(), from, to);
            return services.answers().of(Failures.answerOf(() -> positions.sizeBytes(range)));
        });
    }

    @Override
    public CompletableFuture<Void> whenDurable(long offset) {
        StackRoom.require();
        return services.answers().ofWait(tail.whenDurable(offset));
    }

    @Override
    public CompletableFuture<Void> flush() {
        return services.answers()
                .call(() -> services.answers()
                        .of(tail.whenDurable(tail.nextOffset())
                                .thenCompose(durable -> services.writePath().flush())));
    }

    @Override
    public int maxAppendBytes() {
        return services.writePath().gate().maxAppendBytes();
    }

    @Override
    public CompletableFuture<Void> close() {
        StackRoom.require();
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> earlier = closing.compareAndExchange(null, mine);
        if (earlier != null) {
            return services.answers().of(earlier);
        }
        StoreClosedException reason = new StoreClosedException("stream=" + id() + " is closed");
        tail.refuse(reason);
        tail.whenDurable(tail.nextOffset())
                .handle((durable, failed) -> null) // failed appends were never acknowledged: no reason to wait
                .thenCompose(nothing -> services.writePath().closeStream(id(), epoch(), tail.confirmOffset()))
                .whenComplete((done, error) -> {
                    callersClose = new CallersClose(
                            reason,
                            Optional.ofNullable(error)
                                    .map(e -> Failures.asStreamException("close of stream=" + id(), e)));
                    endUse(reason);
                    services.forget(this);
                    if (error == null) {
                        mine.complete(null);
                    } else {
                        mine.completeExceptionally(Failures.asStreamException("close of stream=" + id(), error));
                    }
                });
        return services.answers().of(mine);
    }

    boolean isOf(ReaderServices store) {
        return services.equals(store);
    }

    /** Throws the reason if the handle is closed. */
    void checkInUse() {
        StoreClosedException reason = closed;
        if (reason != null) {
            throw reason;
        }
    }

    /** Ends appends and reads. Must be called before the write cache releases data that is not uploaded. */
    public void endUse(StoreClosedException reason) {
        closed = reason;
        tail.end(reason);
    }

    /** Ends the handle of a closed store. Also completes a pending close, because no other part would. */
    void storeClosed(StoreClosedException reason) {
        endUse(reason);
        CompletableFuture<Void> pending = closing.get();
        if (pending != null) {
            pending.completeExceptionally(reason);
        }
    }

    @Override
    public CompletableFuture<CloseReason> closed() {
        StackRoom.require();
        return services.answers().ofWait(ending().listen());
    }

    private synchronized Announcement<CloseReason> ending() {
        if (ending == null) {
            ending = new Announcement<>(tail.ended().thenApply(this::reasonOf));
        }
        return ending;
    }

    @SuppressWarnings("ReferenceEquality") // the very failure that the caller's close set, not an equal one
    private CloseReason reasonOf(Throwable end) {
        CallersClose mine = callersClose;
        if (mine != null && mine.reason() == end) {
            return new CloseReason(CloseReason.Cause.CLOSED, mine.error());
        }
        StreamException known = Failures.asStreamException("stream=" + id(), end);
        return switch (known.kind()) {
            case NOT_FOUND -> CloseReason.of(CloseReason.Cause.DELETED);
            case CLOSED -> CloseReason.of(CloseReason.Cause.STORE_CLOSED);
            case FENCED -> CloseReason.of(CloseReason.Cause.FENCED, known);
            default -> CloseReason.of(CloseReason.Cause.FAILED, known);
        };
    }

    /** Completes when a close by the caller has ended; null if none has begun. */
    public @Nullable CompletableFuture<Void> closing() {
        return closing.get();
    }

    /**
     * The handle for another caller, or null if its close has begun.
     *
     * @param requested the epoch that the caller asks for, or 0
     */
    public @Nullable Stream forCaller(long requested) {
        if (closing.get() != null) {
            return null;
        }
        Throwable end = tail.ended().getNow(null);
        if (end != null) {
            throw new ConflictException(
                    "stream=" + id() + ": its handle has ended; close that handle before you open the stream again: "
                            + end.getMessage(),
                    end);
        }
        if (requested > callerEpoch) {
            throw new ConflictException("stream=" + id() + ": this store has it open at epoch " + callerEpoch
                    + "; close that handle before you open it at epoch " + requested);
        }
        if (requested != 0 && requested < callerEpoch) {
            throw new StaleEpochException(id(), requested, callerEpoch);
        }
        return this;
    }

    private AppendResult appendWaiting(RecordBatch batch, OptionalLong expected, OffsetStamp stamp) {
        AppendGate gate = services.writePath().gate();
        try {
            return gate.tryAppend(tail, batch, expected, stamp);
        } catch (StoreBusyException busy) {
            return services.waitingAppends()
                    .append(
                            "stream=" + id(),
                            busy,
                            () -> gate.tryAppend(tail, batch, expected, stamp),
                            () -> gate.writable(batch.payload().remaining()));
        }
    }

    private synchronized void raiseStart(long newStart) {
        startOffset = Math.max(startOffset, newStart);
    }
}
