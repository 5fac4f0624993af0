package io.s3stream.simulation;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What clients did to one stream and what they saw, and the rules between the two: what was acknowledged or read once
 * stays readable until it is trimmed; offsets are contiguous; every byte is one that somebody appended at that offset.
 */
final class StreamHistory {

    private final long id;
    private final TreeMap<Long, List<Attempt>> attempts = new TreeMap<>();
    private final TreeMap<Long, Attempt> settled = new TreeMap<>();
    private long trimRequested;
    private long trimAcknowledged;
    private boolean deleteRequested;

    /** One append. */
    static final class Attempt {
        private final long baseOffset;
        private final int count;
        private final byte[] payload;
        private boolean notWritten;

        Attempt(long baseOffset, int count, byte[] payload) {
            this.baseOffset = baseOffset;
            this.count = count;
            this.payload = payload;
        }

        long endOffset() {
            return baseOffset + count;
        }

        /** The store promised that it is not there and never will be. */
        void notWritten() {
            notWritten = true;
        }
    }

    /** One opening of the stream. */
    static final class Handle {
        private long acknowledgedTo;

        Handle(long confirmOffset) {
            this.acknowledgedTo = confirmOffset;
        }
    }

    StreamHistory(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    boolean isDeleteRequested() {
        return deleteRequested;
    }

    void deleteRequested() {
        deleteRequested = true;
    }

    void trimRequested(long offset) {
        trimRequested = Math.max(trimRequested, offset);
    }

    void trimAcknowledged(long offset) {
        trimAcknowledged = Math.max(trimAcknowledged, offset);
    }

    /** The end of what must still be there. */
    long settledEnd() {
        Map.Entry<Long, Attempt> last = settled.lastEntry();
        return last == null ? 0 : last.getValue().endOffset();
    }

    Attempt appended(long baseOffset, int count, byte[] payload) {
        if (baseOffset < settledEnd()) {
            throw violation("append was given offset " + baseOffset + " although everything before " + settledEnd()
                    + " is acknowledged");
        }
        Attempt attempt = new Attempt(baseOffset, count, payload);
        attempts.computeIfAbsent(baseOffset, offset -> new ArrayList<>()).add(attempt);
        return attempt;
    }

    /** Acknowledged through {@code handle}, whose acknowledgements come in offset order without a gap. */
    void acknowledged(Handle handle, Attempt attempt) {
        if (attempt.baseOffset != handle.acknowledgedTo) {
            throw violation("offset " + attempt.baseOffset + " acknowledged after " + handle.acknowledgedTo);
        }
        handle.acknowledgedTo = attempt.endOffset();
        settle(attempt);
    }

    /** A client read these batches when asking for {@code start}. */
    void fetched(long start, FetchResult result) {
        long next = start;
        for (FetchedBatch batch : result.batches()) {
            boolean first = next == start;
            boolean joins =
                    first ? batch.baseOffset() <= start && batch.endOffset() > start : batch.baseOffset() == next;
            if (!joins) {
                throw violation("fetch from " + start + " gave [" + batch.baseOffset() + ", " + batch.endOffset()
                        + ") after " + next);
            }
            settle(match(batch));
            next = batch.endOffset();
        }
        if (result.nextOffset() != next) {
            throw violation("fetch from " + start + " ended at " + next + " but says " + result.nextOffset());
        }
    }

    /** The stream was opened, with these ends. */
    Handle opened(long startOffset, long confirmOffset) {
        if (startOffset < trimAcknowledged || startOffset > trimRequested) {
            throw violation("start offset is " + startOffset + ", trims were acknowledged up to " + trimAcknowledged
                    + " and requested up to " + trimRequested);
        }
        if (confirmOffset < settledEnd()) {
            throw violation(
                    "ends at " + confirmOffset + " although everything before " + settledEnd() + " was acknowledged");
        }
        return new Handle(confirmOffset);
    }

    private void settle(Attempt attempt) {
        if (attempt.notWritten) {
            throw violation("offset " + attempt.baseOffset + " is there although it was reported as not written");
        }
        Attempt before = settled.put(attempt.baseOffset, attempt);
        if (before != null && before != attempt) {
            throw violation("offset " + attempt.baseOffset + " has other bytes than those that were acknowledged");
        }
        Map.Entry<Long, Attempt> higher = settled.higherEntry(attempt.baseOffset);
        if (higher != null && higher.getValue().baseOffset < attempt.endOffset()) {
            throw violation("offset " + attempt.baseOffset + " overlaps " + higher.getKey());
        }
    }

    private Attempt match(FetchedBatch batch) {
        Attempt known = settled.get(batch.baseOffset());
        if (known != null && isSame(known, batch)) {
            return known;
        }
        Attempt found = null;
        for (Attempt attempt : attempts.getOrDefault(batch.baseOffset(), List.of())) {
            if (isSame(attempt, batch) && !attempt.notWritten) {
                found = attempt;
            }
        }
        if (found == null) {
            throw violation("offset " + batch.baseOffset() + " has bytes that nobody appended there: "
                    + describe(batch.payload()));
        }
        return found;
    }

    private static boolean isSame(Attempt attempt, FetchedBatch batch) {
        return attempt.count == batch.recordCount()
                && ByteBuffer.wrap(attempt.payload).equals(batch.payload());
    }

    private static String describe(@Nullable ByteBuffer payload) {
        return payload == null ? "nothing" : payload.remaining() + " bytes, first " + payload.get(payload.position());
    }

    private HistoryViolation violation(String message) {
        return new HistoryViolation("stream=" + id + ": " + message);
    }
}
