package io.s3stream.simulation.history;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The appends and reads of all clients of one stream, and the rules between them. A record that was acknowledged or
 * read once stays readable until it is trimmed. Offsets are contiguous. A client appended every byte at its
 * offset.
 */
public final class StreamHistory {

    private final long id;
    private final TreeMap<Long, List<Attempt>> attempts = new TreeMap<>();
    private final TreeMap<Long, Attempt> settled = new TreeMap<>();
    private long trimRequested;
    private long trimAcknowledged;
    private boolean deleteRequested;

    /** An append. */
    public static final class Attempt {
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
    }

    /** An opening of the stream. */
    public static final class Handle {
        private long acknowledgedTo;
        private long started;
        private long confirmed;
        private long assignedTo;
        private boolean sealRequested;
        private final Map<Long, Attempt> unheard = new TreeMap<>();

        Handle(long startOffset, long confirmOffset) {
            this.acknowledgedTo = confirmOffset;
            this.started = startOffset;
            this.confirmed = confirmOffset;
            this.assignedTo = confirmOffset;
        }
    }

    /** The least start and end that a stream must show. */
    public record Bounds(long start, long end) {
        /** The bounds of a reader of uploaded data, which may lag. */
        public static final Bounds NONE = new Bounds(0, 0);
    }

    private long sealedEnd = -1;
    private final RewriteHistory rewrites;

    public StreamHistory(long id) {
        this.id = id;
        this.rewrites = new RewriteHistory(id);
    }

    public RewriteHistory rewrites() {
        return rewrites;
    }

    public long id() {
        return id;
    }

    public boolean isDeleteRequested() {
        return deleteRequested;
    }

    public void deleteRequested() {
        deleteRequested = true;
    }

    /** The greatest requested trim offset; 0 if there was no request. */
    long trimRequestedTo() {
        return trimRequested;
    }

    public void trimRequested(long offset) {
        trimRequested = Math.max(trimRequested, offset);
    }

    public void trimAcknowledged(long offset) {
        trimAcknowledged = Math.max(trimAcknowledged, offset);
    }

    /** The end of the records that must still be there. */
    public long settledEnd() {
        Map.Entry<Long, Attempt> last = settled.lastEntry();
        return last == null ? 0 : last.getValue().endOffset();
    }

    public Attempt appended(long baseOffset, int count, byte[] payload) {
        if (baseOffset < settledEnd()) {
            throw violation("append was given offset " + baseOffset + " although everything before " + settledEnd()
                    + " is acknowledged");
        }
        Attempt attempt = new Attempt(baseOffset, count, payload);
        attempts.computeIfAbsent(baseOffset, offset -> new ArrayList<>()).add(attempt);
        return attempt;
    }

    /**
     * Records an append through {@code handle}, whose offsets must be contiguous. The handle may have lost the stream
     * without knowing.
     */
    public Attempt appended(Handle handle, long baseOffset, int count, byte[] payload) {
        if (handle.sealRequested) {
            throw violation(
                    "append was given offset " + baseOffset + " after a seal was requested through the same handle");
        }
        if (baseOffset != handle.assignedTo) {
            throw violation("append was given offset " + baseOffset + " after " + handle.assignedTo);
        }
        Attempt attempt = new Attempt(baseOffset, count, payload);
        handle.assignedTo = attempt.endOffset();
        attempts.computeIfAbsent(baseOffset, offset -> new ArrayList<>()).add(attempt);
        return attempt;
    }

    /** From now on {@code handle} must refuse appends. */
    public void sealRequested(Handle handle) {
        handle.sealRequested = true;
    }

    /** The stream was found sealed, or a seal was acknowledged: its end {@code end} is final. */
    public void sealed(long end) {
        if (end < settledEnd() || (sealedEnd >= 0 && sealedEnd != end)) {
            throw violation("is sealed at " + end + ", before it ended at " + settledEnd() + ", and was sealed at "
                    + sealedEnd);
        }
        sealedEnd = end;
    }

    /** An owner opened the stream and was told whether it is sealed. */
    public void openedAs(boolean isSealed, long confirmOffset) {
        if (isSealed) {
            sealed(confirmOffset);
        } else if (sealedEnd >= 0) {
            throw violation("is unsealed, after it was sealed at " + sealedEnd);
        }
    }

    public boolean isSealed() {
        return sealedEnd >= 0;
    }

    /** The least that an opening which begins now must see. It may or may not see concurrent changes. */
    public Bounds bounds() {
        return new Bounds(trimAcknowledged, settledEnd());
    }

    /** Records an opening that began at {@code since} and has these ends. */
    public Handle opened(Bounds since, long startOffset, long confirmOffset) {
        if (startOffset < since.start() || startOffset > trimRequested) {
            throw violation("start offset is " + startOffset + ", trims were acknowledged up to " + since.start()
                    + " and requested up to " + trimRequested);
        }
        if (confirmOffset < since.end()) {
            throw violation(
                    "ends at " + confirmOffset + " although everything before " + since.end() + " was acknowledged");
        }
        return new Handle(startOffset, confirmOffset);
    }

    /** Records an acknowledgement through {@code handle}. Acknowledgements arrive in offset order without a gap. */
    public void acknowledged(Handle handle, Attempt attempt) {
        for (Attempt before = handle.unheard.remove(handle.acknowledgedTo);
                before != null;
                before = handle.unheard.remove(handle.acknowledgedTo)) {
            handle.acknowledgedTo = before.endOffset();
            settle(before); // a later append is durable, so this one is
        }
        if (attempt.baseOffset != handle.acknowledgedTo) {
            throw violation("offset " + attempt.baseOffset + " acknowledged after " + handle.acknowledgedTo);
        }
        handle.acknowledgedTo = attempt.endOffset();
        settle(attempt);
    }

    /** The caller of an append through {@code handle} stopped waiting. */
    public void unheard(Handle handle, Attempt attempt) {
        handle.unheard.put(attempt.baseOffset, attempt);
    }

    /** The store promised that an append was not written and never will be. */
    public void notWritten(Attempt attempt) {
        attempt.notWritten = true;
        if (settled.get(attempt.baseOffset) == attempt) {
            throw violation("offset " + attempt.baseOffset + " was reported as not written after it had been seen");
        }
    }

    /** Records that {@code handle} shows the stream from {@code start} to {@code confirmOffset} now. */
    public void looked(Handle handle, long start, long confirmOffset) {
        if (confirmOffset < handle.confirmed || start < handle.started) {
            throw violation("went back to [" + start + ", " + confirmOffset + ") from [" + handle.started + ", "
                    + handle.confirmed + ")");
        }
        if (confirmOffset < handle.acknowledgedTo) {
            throw violation("confirm offset is " + confirmOffset + " although everything before "
                    + handle.acknowledgedTo + " was acknowledged");
        }
        handle.started = start;
        handle.confirmed = confirmOffset;
    }

    /** Whether a full read did not find the append, although no client deleted or trimmed it. */
    public boolean isMissing(Attempt attempt) {
        return !deleteRequested && attempt.baseOffset >= trimRequested && settled.get(attempt.baseOffset) != attempt;
    }

    /** Whether the append was acknowledged or read. */
    public boolean isPresent(Attempt attempt) {
        return settled.get(attempt.baseOffset) == attempt;
    }

    /**
     * Records that a client read these batches from {@code start}, with the confirm offsets at the request and at the
     * answer.
     */
    public void fetched(long start, long confirmedBefore, long confirmedAfter, FetchResult result) {
        fetched(start, confirmedBefore, confirmedAfter, result, RewriteHistory.Snapshot.NONE);
    }

    /** @param since the rewritings that were acknowledged when the read began */
    public void fetched(
            long start, long confirmedBefore, long confirmedAfter, FetchResult result, RewriteHistory.Snapshot since) {
        if (result.batches().isEmpty() && start < confirmedBefore) {
            throw violation("fetch from " + start + " gave nothing although " + confirmedBefore + " was confirmed");
        }
        if (result.nextOffset() > confirmedAfter) {
            throw violation("fetch from " + start + " gave offsets up to " + result.nextOffset() + " although only "
                    + confirmedAfter + " is confirmed");
        }
        long next = start;
        for (FetchedBatch batch : result.batches()) {
            boolean first = next == start;
            boolean joins =
                    first ? batch.baseOffset() <= start && batch.endOffset() > start : batch.baseOffset() == next;
            if (!joins) {
                throw violation("fetch from " + start + " gave [" + batch.baseOffset() + ", " + batch.endOffset()
                        + ") after " + next);
            }
            Attempt found = match(batch);
            settle(found);
            rewrites.require(since, batch.baseOffset(), batch.endOffset(), found.payload, batch.payload());
            next = batch.endOffset();
        }
        if (result.nextOffset() != next) {
            throw violation("fetch from " + start + " ended at " + next + " but says " + result.nextOffset());
        }
    }

    /** Records that a filter was called for a batch: it is committed, so it stays. */
    void filtered(FetchedBatch batch) {
        settle(match(batch));
    }

    /** Returns the payload with which a batch was appended. */
    public byte[] original(FetchedBatch batch) {
        return match(batch).payload;
    }

    /** Records an opening with these ends. */
    public Handle opened(long startOffset, long confirmOffset) {
        return opened(bounds(), startOffset, confirmOffset);
    }

    private void settle(Attempt attempt) {
        if (attempt.notWritten) {
            throw violation("offset " + attempt.baseOffset + " is there although it was reported as not written");
        }
        if (sealedEnd >= 0 && attempt.endOffset() > sealedEnd) {
            throw violation(
                    "offset " + attempt.baseOffset + " is there although the stream was sealed at " + sealedEnd);
        }
        Attempt before = settled.put(attempt.baseOffset, attempt);
        if (before != null && before != attempt) {
            throw violation("offset " + attempt.baseOffset + " has other bytes than the acknowledged ones");
        }
        Map.Entry<Long, Attempt> higher = settled.higherEntry(attempt.baseOffset);
        if (higher != null && higher.getValue().baseOffset < attempt.endOffset()) {
            throw violation("offset " + attempt.baseOffset + " overlaps " + higher.getKey());
        }
        Map.Entry<Long, Attempt> lower = settled.lowerEntry(attempt.baseOffset);
        if (lower != null && lower.getValue().endOffset() > attempt.baseOffset) {
            throw violation("offset " + attempt.baseOffset + " is inside of " + lower.getKey());
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
            throw violation("offset " + batch.baseOffset() + " has bytes that no append wrote there: "
                    + describe(batch.payload()));
        }
        return found;
    }

    private boolean isSame(Attempt attempt, FetchedBatch batch) {
        return attempt.count == batch.recordCount()
                && rewrites.explains(attempt.baseOffset, attempt.endOffset(), attempt.payload, batch.payload());
    }

    private static String describe(@Nullable ByteBuffer payload) {
        return payload == null || !payload.hasRemaining()
                ? "nothing"
                : payload.remaining() + " bytes, first " + payload.get(payload.position());
    }

    private HistoryViolation violation(String message) {
        return new HistoryViolation("stream=" + id + ": " + message);
    }
}
