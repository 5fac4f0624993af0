package io.s3stream.core.stream;

import io.s3stream.api.StreamReader;
import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A caller's request to wait for data of several streams, checked. */
public record ReadableRequest(List<Owned> owned, List<Committed> committed, long minBytes, Duration maxWait) {

    /** A position of an owner. */
    public record Owned(OwnedStream stream, long from) {

        /** Returns whether a fetch from the position would fail. */
        boolean isOutside() {
            return from < stream.startOffset() || from > stream.confirmOffset();
        }

        long bytes() {
            return stream.bytesAvailable(from);
        }
    }

    /** A position of a reader. */
    public record Committed(CommittedReader reader, long from) {}

    /** @throws InvalidRequestException for an argument that is null or out of range, or a handle of another store */
    public static ReadableRequest of(
            ReaderServices store, Collection<StreamReader.Position> positions, long minBytes, Duration maxWait) {
        if (positions == null || maxWait == null) {
            throw new InvalidRequestException(
                    (positions == null ? "positions" : "maxWait") + "=null: must not be null");
        }
        if (minBytes < 1) {
            throw new InvalidRequestException("minBytes=" + minBytes + ": must be at least 1");
        }
        if (maxWait.isNegative()) {
            throw new InvalidRequestException("maxWait=" + maxWait + ": must not be negative");
        }
        List<Owned> owned = new ArrayList<>();
        List<Committed> committed = new ArrayList<>();
        for (StreamReader.Position position : positions) {
            if (position == null || position.reader() == null) {
                throw new InvalidRequestException("position=" + position + ": must not be null, nor its reader");
            }
            OffsetRange.requireNotNegative(position.reader().id(), "from", position.from());
            if (position.reader() instanceof OwnedStream stream && stream.isOf(store)) {
                stream.checkInUse();
                owned.add(new Owned(stream, position.from()));
            } else if (position.reader() instanceof CommittedReader reader && reader.isOf(store)) {
                reader.checkInUse();
                committed.add(new Committed(reader, position.from()));
            } else {
                throw new InvalidRequestException("stream=" + position.reader().id()
                        + ": the reader of a position must be a handle that this store has opened");
            }
        }
        return new ReadableRequest(owned, committed, minBytes, maxWait);
    }

    /** Begins the wait. The future is the caller's. */
    public CompletableFuture<Void> begin(ReaderServices store) {
        return store.answers().ofWait(ReadableWait.begin(this, store.runtime(), store.commits(), store.view()));
    }
}
