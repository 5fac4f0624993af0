package io.s3stream.kafka.partition;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CloseReason;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A stream whose memory, durability and end a test controls. Not thread-safe. */
public final class FakeStream implements Stream {

    public final List<RecordBatch> batches = new ArrayList<>();

    /** Runs after the confirm offset is read the next time. */
    public Runnable afterNextLook = () -> {};

    final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    final TreeMap<Long, List<CompletableFuture<Void>>> waiters = new TreeMap<>();
    CompletableFuture<Void> writable = new CompletableFuture<>();
    boolean isBusy;
    boolean hasEnded;
    long next;
    long confirmed;
    long start;
    int closes;

    /** Makes all appends durable. */
    public void confirm() {
        confirmed = next;
        List<CompletableFuture<Void>> done = new ArrayList<>();
        waiters.headMap(confirmed, true).values().forEach(done::addAll);
        waiters.headMap(confirmed, true).clear();
        done.forEach(waiter -> waiter.complete(null));
    }

    /** Has memory again. */
    public void free() {
        isBusy = false;
        CompletableFuture<Void> before = writable;
        writable = new CompletableFuture<>();
        before.complete(null);
    }

    /** Ends as a stream does whose append failed, or that was taken over. */
    public void end(CloseReason.Cause cause) {
        hasEnded = true;
        closed.complete(CloseReason.of(cause));
        List<CompletableFuture<Void>> failed = new ArrayList<>();
        waiters.values().forEach(failed::addAll);
        waiters.clear();
        failed.forEach(waiter -> waiter.completeExceptionally(new StoreClosedException("ended")));
    }

    @Override
    public AppendResult tryAppend(RecordBatch batch) {
        return tryAppend(batch, OffsetStamp.NONE);
    }

    @Override
    public AppendResult tryAppend(RecordBatch batch, OffsetStamp stamp) {
        if (hasEnded) {
            throw new StoreClosedException("ended");
        }
        if (isBusy) {
            throw new StoreBusyException("busy");
        }
        long offset = next;
        stamp.stamp(offset, batch.payload().duplicate());
        next += batch.recordCount();
        batches.add(batch);
        CompletableFuture<Long> durable = whenDurable(next).thenApply(done -> offset);
        return new AppendResult() {
            @Override
            public long baseOffset() {
                return offset;
            }

            @Override
            public CompletableFuture<Long> durable() {
                return durable;
            }
        };
    }

    @Override
    public CompletableFuture<Void> whenDurable(long offset) {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        if (offset <= confirmed) {
            waiter.complete(null);
        } else if (hasEnded) {
            waiter.completeExceptionally(new StoreClosedException("ended"));
        } else {
            waiters.computeIfAbsent(offset, key -> new ArrayList<>()).add(waiter);
        }
        return waiter;
    }

    @Override
    public CompletableFuture<Void> writable(int bytes) {
        return isBusy ? writable : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> trim(long newStart) {
        start = Math.max(start, newStart);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> close() {
        closes++;
        end(CloseReason.Cause.CLOSED);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public long callerEpoch() {
        return 0;
    }

    @Override
    public long nextOffset() {
        return next;
    }

    @Override
    public long startOffset() {
        return start;
    }

    @Override
    public long confirmOffset() {
        long seen = confirmed;
        Runnable after = afterNextLook;
        afterNextLook = () -> {};
        after.run();
        return seen;
    }

    @Override
    public int maxAppendBytes() {
        return 1 << 20;
    }

    @Override
    public CompletableFuture<CloseReason> closed() {
        return closed;
    }

    @Override
    public boolean isSealed() {
        return false;
    }

    @Override
    public AppendResult append(RecordBatch batch) {
        throw new UnsupportedOperationException("it would block");
    }

    @Override
    public AppendResult appendAt(long expectedOffset, RecordBatch batch) {
        throw new UnsupportedOperationException("it would block");
    }

    @Override
    public AppendResult append(RecordBatch batch, OffsetStamp stamp) {
        throw new UnsupportedOperationException("it would block");
    }

    @Override
    public AppendResult tryAppendAt(long expectedOffset, RecordBatch batch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<TimestampedOffset>> offsetOfMaxTimestamp() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long bytesAvailable(long from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> flush() {
        throw new UnsupportedOperationException();
    }

    @Override
    public NavigableMap<Long, Long> epochs() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<FetchResult> fetch(long from, long end, int maxBytes, FetchOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<OptionalLong> offsetForTimestamp(long timestamp) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Long> sizeBytes(long from, long to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> refresh() {
        throw new UnsupportedOperationException();
    }
}
