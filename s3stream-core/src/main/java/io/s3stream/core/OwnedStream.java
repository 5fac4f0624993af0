package io.s3stream.core;

import io.s3stream.api.AppendResult;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamSealedException;
import io.s3stream.core.append.StreamTail;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.read.TailReader;
import java.time.Duration;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A stream that this node owns. The growing end is in {@link StreamTail}; this is the caller's view of it. */
final class OwnedStream implements Stream, Fetches.Source {

    private final String name;
    private final long callerEpoch;
    private final long openedAt;
    private final StreamTail tail;
    private final StreamServices services;
    private final Fetches fetches;
    private final OwnedPositions positions;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();
    private @Nullable Announcement<Throwable> ending; // guarded by this, made when it is first asked for
    private volatile long startOffset;
    private volatile boolean isSealed;
    private volatile @Nullable StoreClosedException closed;

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

    /** Those of the metadata, and this ownership if its first records are not in the metadata yet. */
    @Override
    public NavigableMap<Long, Long> epochs() {
        NavigableMap<Long, Long> committed =
                OpenStreams.require(services.view(), id()).epochs().toMap();
        long start = startOffset;
        long first = Math.max(openedAt, start);
        if (committed.containsKey(epoch()) || tail.confirmOffset() <= first) {
            return committed;
        }
        NavigableMap<Long, Long> all = new TreeMap<>(committed);
        all.values().removeIf(offset -> offset >= first);
        all.put(epoch(), first);
        return Collections.unmodifiableNavigableMap(all);
    }

    /**
     * Ends the stream: appends fail from now on, what was appended before is uploaded, and the seal is committed. Completes on
     * the metadata's context.
     */
    CompletableFuture<Void> seal() {
        tail.refuse(new StreamSealedException(id()));
        return tail.whenDurable(tail.nextOffset())
                .thenCompose(durable -> services.writePath().flushForSeal())
                .thenCompose(flushed -> services.submit(nodeEpoch ->
                        new Command.SealStream(services.nodeId(), nodeEpoch, id(), epoch(), tail.confirmOffset())))
                .thenAccept(accepted -> isSealed = true);
    }

    StreamTail tail() {
        return tail;
    }

    @Override
    public AppendResult append(RecordBatch batch) {
        return appendWaiting(batch, OptionalLong.empty());
    }

    @Override
    public AppendResult tryAppend(RecordBatch batch) {
        return services.writePath().gate().tryAppend(tail, batch, OptionalLong.empty());
    }

    @Override
    public AppendResult appendAt(long expectedOffset, RecordBatch batch) {
        return appendWaiting(batch, OptionalLong.of(expectedOffset));
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
    public CompletableFuture<FetchResult> read(long start, long end, int maxBytes) {
        StoreClosedException reason = closed;
        return reason == null ? readOpen(start, end, maxBytes) : CompletableFuture.failedFuture(reason);
    }

    private CompletableFuture<FetchResult> readOpen(long start, long end, int maxBytes) {
        long confirmed = tail.confirmOffset();
        if (start < startOffset || start > confirmed) {
            return CompletableFuture.failedFuture(new OffsetOutOfRangeException(id(), start, startOffset, confirmed));
        }
        if (start == confirmed || end == start) {
            return CompletableFuture.completedFuture(EmptyResult.at(start));
        }
        long stop = Math.min(end, confirmed);
        FetchResult cached = TailReader.read(tail.cache(), services.readPath().metrics(), start, stop, maxBytes);
        if (cached != null) {
            return CompletableFuture.completedFuture(cached);
        }
        // Not in the cache: uploaded and evicted, unless the store let go of everything in this very moment.
        StackRoom.require();
        StoreClosedException reason = closed;
        return reason == null
                ? services.answers().of(services.readPath().read(id(), start, stop, maxBytes), Fetches::giveBack)
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
        StackRoom.require();
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

    /** The owner's positions are exact. */
    @Override
    public CompletableFuture<Void> refresh() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<OptionalLong> offsetForTimestamp(long timestamp) {
        StackRoom.require();
        return services.answers().of(Failures.answerOf(() -> positions.offsetForTimestamp(timestamp)));
    }

    @Override
    public CompletableFuture<Long> sizeBytes(long from, long to) {
        StackRoom.require();
        OffsetRange range = new OffsetRange(id(), from, to);
        return services.answers().of(Failures.answerOf(() -> positions.sizeBytes(range)));
    }

    @Override
    public CompletableFuture<Void> whenDurable(long offset) {
        StackRoom.require();
        return services.answers().ofWait(tail.whenDurable(offset));
    }

    @Override
    public CompletableFuture<Void> flush() {
        StackRoom.require();
        return services.answers()
                .of(tail.whenDurable(tail.nextOffset())
                        .thenCompose(durable -> services.writePath().flush()));
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
                .handle((durable, failed) -> null) // what failed was never acknowledged: it does not hold up the close
                .thenCompose(nothing -> services.writePath().closeStream(id(), epoch(), tail.confirmOffset()))
                .whenComplete((done, error) -> {
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

    /** Throws the reason if the handle is closed. */
    void checkInUse() {
        StoreClosedException reason = closed;
        if (reason != null) {
            throw reason;
        }
    }

    /** Neither appends nor reads from here on; to be called before the write cache lets go of what is not uploaded. */
    void endUse(StoreClosedException reason) {
        closed = reason;
        tail.end(reason);
    }

    /** The store is gone: nobody else completes a close that is under way. */
    void storeClosed(StoreClosedException reason) {
        endUse(reason);
        CompletableFuture<Void> pending = closing.get();
        if (pending != null) {
            pending.completeExceptionally(reason);
        }
    }

    @Override
    public CompletableFuture<Throwable> fenced() {
        StackRoom.require();
        return services.answers().ofWait(ending().listen());
    }

    private synchronized Announcement<Throwable> ending() {
        if (ending == null) {
            ending = new Announcement<>(tail.ended());
        }
        return ending;
    }

    private AppendResult appendWaiting(RecordBatch batch, OptionalLong expected) {
        long deadline = 0;
        while (true) {
            try {
                return services.writePath().gate().tryAppend(tail, batch, expected);
            } catch (StoreBusyException busy) {
                long now = services.runtime().nanoTime();
                deadline = deadline == 0 ? now + appendTimeoutNanos() : deadline;
                if (!awaitRoom(batch.payload().remaining(), Duration.ofNanos(deadline - now))) {
                    throw busy;
                }
            }
        }
    }

    private long appendTimeoutNanos() {
        return Math.min(TimeUnit.NANOSECONDS.convert(services.appendTimeout()), Long.MAX_VALUE / 4);
    }

    private boolean awaitRoom(int bytes, Duration left) {
        if (left.isNegative() || left.isZero()) {
            return false;
        }
        CompletableFuture<Void> room = services.writePath().gate().writable(bytes);
        try {
            room.get(left.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            room.cancel(false);
            return false;
        } catch (InterruptedException e) {
            room.cancel(false);
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw Failures.asStreamException("stream=" + id() + ": waiting for memory", e);
        }
    }

    private synchronized void raiseStart(long newStart) {
        startOffset = Math.max(startOffset, newStart);
    }
}
