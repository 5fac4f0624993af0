package io.s3stream.core.memory;

import io.s3stream.api.errors.StoreBusyException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * The budget for buffers that unclosed fetch results pin [R46]. A single stream may take most of the budget; the rest
 * is reserved for streams below their fair share. A stream without open results is never refused: over budget, its
 * result is a copy on the heap. The block cache lends most of the memory, in large steps. Owns the counts, guarded by
 * its own lock. Thread-safe.
 */
public final class ReadLeases {

    /** A stream above its fair share must leave this fraction of the budget free: 1/8. */
    private static final int PART_FOR_OTHERS = 8;
    /** The first part of the budget, 1/4, is not borrowed from the block cache. */
    private static final int PART_NOT_LENT = 4;
    /** The loan changes in steps of this fraction of the budget: 1/8. */
    private static final int STEPS = 8;

    private final long limit;
    private final long step;
    private final LongConsumer lender;
    private final Map<Long, OpenResults> byStream = new HashMap<>(); // guarded by this, as are the fields below
    private long bytes;
    private long results;
    private long loan;

    /** The unclosed results of one stream. */
    static final class OpenResults {
        private long results;
        private long bytes;
    }

    /**
     * @param limit bytes of buffers that leases may pin
     * @param lender receives each change of the loan from the block cache, in bytes
     */
    public ReadLeases(long limit, LongConsumer lender) {
        this.limit = limit;
        this.step = Math.max(1, limit / STEPS);
        this.lender = lender;
    }

    /** The lease of one unclosed result. */
    public final class Lease {

        private final long streamId;
        private final List<ReadBuffer> buffers;
        private final boolean isCopy;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Lease(long streamId, Collection<ReadBuffer> buffers, boolean isCopy) {
            this.streamId = streamId;
            this.buffers = List.copyOf(buffers);
            this.isCopy = isCopy;
        }

        /** Returns whether the result must be a copy, because the budget does not allow it to pin its buffers. */
        public boolean isCopy() {
            return isCopy;
        }

        /** Ends the lease. Further calls have no effect. */
        public void close() {
            if (closed.compareAndSet(false, true)) {
                end(this);
            }
        }
    }

    /**
     * Opens a lease on the buffers of one result.
     *
     * @throws StoreBusyException if the unclosed results of the stream leave no room
     */
    public Lease open(long streamId, Collection<ReadBuffer> buffers) {
        long change;
        Lease lease;
        synchronized (this) {
            long more = 0;
            for (ReadBuffer buffer : buffers) {
                more += buffer.leases == 0 ? buffer.bytes() : 0;
            }
            if (mayPin(streamId, more)) {
                lease = new Lease(streamId, buffers, false);
            } else if (hasOpen(streamId)) {
                throw refusal(streamId);
            } else {
                lease = new Lease(streamId, List.of(), true);
            }
            begin(lease);
            change = changeOfLoan();
        }
        lend(change);
        return lease;
    }

    /**
     * Checks, before a read, that its result may be handed out.
     *
     * @throws StoreBusyException if the unclosed results of the stream leave no room
     */
    public synchronized void check(long streamId) {
        if (hasOpen(streamId) && !mayPin(streamId, 1)) {
            throw refusal(streamId);
        }
    }

    /** Returns the bytes of buffers that leases pin. */
    public synchronized long pinnedBytes() {
        return bytes;
    }

    /** Returns the number of unclosed results. */
    public synchronized long results() {
        return results;
    }

    private void end(Lease lease) {
        long change;
        synchronized (this) {
            OpenResults open = Objects.requireNonNull(byStream.get(lease.streamId));
            open.results--;
            results--;
            for (ReadBuffer buffer : lease.buffers) {
                unpin(buffer);
            }
            if (open.results == 0) {
                byStream.remove(lease.streamId);
            }
            change = changeOfLoan();
        }
        lend(change);
    }

    // ---- under the lock ----

    private boolean hasOpen(long streamId) {
        return byStream.containsKey(streamId);
    }

    private boolean mayPin(long streamId, long more) {
        OpenResults open = byStream.get(streamId);
        long ofStream = open == null ? 0 : open.bytes;
        int streams = byStream.size() + (open == null ? 2 : 1); // counts one more stream that may still come
        return more == 0
                || bytes + more <= limit - limit / PART_FOR_OTHERS
                || (bytes + more <= limit && ofStream + more <= limit / streams);
    }

    private void begin(Lease lease) {
        OpenResults open = byStream.computeIfAbsent(lease.streamId, id -> new OpenResults());
        open.results++;
        results++;
        for (ReadBuffer buffer : lease.buffers) {
            if (buffer.leases++ == 0) {
                buffer.payer = open;
                open.bytes += buffer.bytes();
                bytes += buffer.bytes();
            }
        }
    }

    private void unpin(ReadBuffer buffer) {
        OpenResults payer = buffer.payer;
        if (--buffer.leases == 0 && payer != null) {
            payer.bytes -= buffer.bytes();
            bytes -= buffer.bytes();
            buffer.payer = null;
        }
    }

    /**
     * Returns the change of the loan. The loan grows at once. It shrinks only when more than two steps, or all bytes,
     * are free, because each change costs the cache.
     */
    private long changeOfLoan() {
        long needed = (Math.max(0, bytes - limit / PART_NOT_LENT) + step - 1) / step * step;
        if (needed > loan || needed < loan - 2 * step || bytes == 0) {
            long change = needed - loan;
            loan = needed;
            return change;
        }
        return 0;
    }

    private StoreBusyException refusal(long streamId) {
        OpenResults open = byStream.getOrDefault(streamId, new OpenResults());
        return new StoreBusyException("stream=" + streamId + ": " + open.results + " unclosed fetch results hold "
                + open.bytes + " bytes; all streams together have " + results + ", which hold " + bytes + " of " + limit
                + " bytes; close each FetchResult after use, or raise blockCacheBytes");
    }

    // ---- without the lock ----

    private void lend(long change) {
        if (change != 0) {
            lender.accept(change);
        }
    }
}
