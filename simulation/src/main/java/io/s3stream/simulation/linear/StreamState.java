package io.s3stream.simulation.linear;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The model: a stream as it is between two operations. Immutable; equal when owner, start, end, seal and content are.
 *
 * @param holder the owner, or null when it is closed
 * @param epoch the greatest so far
 * @param isSealed whether it takes no more batches
 * @param last the last batch and, behind it, all earlier ones; null when the stream never had a batch
 */
record StreamState(
        @Nullable Holder holder,
        long epoch,
        long start,
        boolean isSealed,
        @Nullable Node last) {

    static final StreamState EMPTY = new StreamState(null, 0, 0, false, null);

    /** A batch and all earlier ones. Equal when the content is, by a hash of 64 bits. */
    static final class Node {
        private final Batch batch;
        private final @Nullable Node before;
        private final long content;

        Node(Batch batch, @Nullable Node before) {
            this.batch = batch;
            this.before = before;
            long hash = before == null ? 1 : before.content;
            for (long part : new long[] {batch.base(), batch.end(), batch.hash()}) {
                hash = (hash ^ part) * 0x9E3779B97F4A7C15L;
                hash ^= hash >>> 29;
            }
            this.content = hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Node node && node.content == content;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(content);
        }
    }

    long end() {
        return last == null ? 0 : last.batch.end();
    }

    /** Returns the state after a change, or null when the change is impossible now. */
    @Nullable
    StreamState after(Operation.Change change) {
        if (change instanceof Operation.Append append) {
            return !isSealed && append.holder().equals(holder) && append.batch().base() == end()
                    ? new StreamState(holder, epoch, start, false, new Node(append.batch(), last))
                    : null;
        }
        if (change instanceof Operation.Open open) {
            return holder == null
                            && open.epoch() > epoch
                            && open.start() == start
                            && open.end() == end()
                            && open.isSealed() == isSealed
                    ? new StreamState(open.holder(), open.epoch(), start, isSealed, last)
                    : null;
        }
        if (change instanceof Operation.OpenUnheard open) {
            return holder == null ? new StreamState(open.holder(), epoch, start, isSealed, last) : null;
        }
        if (change instanceof Operation.Trim trim) {
            return trim.start() <= end()
                    ? new StreamState(holder, epoch, Math.max(start, trim.start()), isSealed, last)
                    : null;
        }
        if (change instanceof Operation.Close close) {
            return close.holder().equals(holder) ? new StreamState(null, epoch, start, isSealed, last) : null;
        }
        if (change instanceof Operation.Seal seal) {
            boolean isAllowed = isSealed || holder == null || holder.equals(seal.holder());
            return !isAllowed ? null : isSealed ? this : new StreamState(holder, epoch, start, true, last);
        }
        Operation.Fence fence = (Operation.Fence) change;
        boolean loses = holder != null && holder.node() == fence.node() && holder.process() != fence.process();
        return loses ? new StreamState(null, epoch, start, isSealed, last) : this;
    }

    /** Whether this look is possible now: the owner sees the whole stream, others any prefix of it (R35). */
    boolean shows(Operation.Look look) {
        if (look instanceof Operation.End seen) {
            boolean isExact = seen.isOwner() && seen.holder().equals(holder);
            return isExact ? seen.end() == end() : seen.end() <= end();
        }
        Operation.Fetch fetch = (Operation.Fetch) look;
        boolean isExact = fetch.isOwner() && fetch.holder().equals(holder);
        if (isExact && (fetch.from() < start || (fetch.batches().isEmpty() && fetch.from() != end()))) {
            return false;
        }
        return fetch.batches().isEmpty() ? fetch.from() <= end() : contains(fetch.batches());
    }

    private boolean contains(List<Batch> batches) {
        Node node = last;
        for (int i = batches.size() - 1; i >= 0; i--) {
            while (node != null && node.batch.base() > batches.get(i).base()) {
                if (i < batches.size() - 1) {
                    return false; // a batch between two that were read in sequence
                }
                node = node.before;
            }
            if (node == null || !node.batch.equals(batches.get(i))) {
                return false;
            }
            node = node.before;
        }
        return true;
    }

    /** A text for people. */
    @Override
    public String toString() {
        List<Batch> ends = new ArrayList<>();
        for (Node node = last; node != null && ends.size() < 3; node = node.before) {
            ends.add(node.batch);
        }
        return "[" + start + ", " + end() + ") epoch " + epoch + (isSealed ? ", sealed, " : ", ")
                + (holder == null ? "closed" : "held by " + Objects.requireNonNull(holder)) + ", last " + ends;
    }
}
