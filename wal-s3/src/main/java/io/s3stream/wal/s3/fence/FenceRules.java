package io.s3stream.wal.s3.fence;

/**
 * The decisions of a fencing (R4). Not final, so that a test can break a rule and show which data is lost. Stateless.
 */
public class FenceRules {

    /** The content of a listing that begins with the first sequence that may not be committed. */
    public static final class Listed {

        private final long from;
        private long next;
        private long highest;
        private boolean anyMarker;
        private boolean markerAtNext;

        Listed(long from) {
            this.from = from;
            this.next = from;
            this.highest = from - 1;
        }

        /** Adds a sequence. Calls are in ascending order. */
        void add(long sequence, boolean looksLikeMarker) {
            if (sequence < from) {
                return;
            }
            highest = sequence;
            anyMarker |= looksLikeMarker;
            if (sequence == next) {
                markerAtNext = looksLikeMarker;
                next += looksLikeMarker ? 0 : 1;
            }
        }

        /** Returns the first sequence that the listing does not show as a frame. All before it are listed frames. */
        public long next() {
            return next;
        }

        /** Returns the last listed sequence, or one less than the first sequence if none is listed. */
        public long highest() {
            return highest;
        }

        /** Returns whether any listed object has the size of a marker. */
        public boolean anyMarker() {
            return anyMarker;
        }

        /** Returns whether the object at {@link #next} has the size of a marker. */
        public boolean markerAtNext() {
            return markerAtNext;
        }
    }

    /**
     * Returns the first sequence that the walk settles. A listed object exists. An object that is not listed may still
     * arrive (L3), so a listing never proves absence.
     */
    public long walkFrom(Listed listed) {
        return listed.next();
    }

    /** Returns whether no marker stops the writer yet, so that it could stay ahead of the walk without end. */
    public boolean needsFarMarker(Listed listed) {
        return !listed.anyMarker();
    }

    /**
     * Returns the sequence of the marker that stops the writer. It is far ahead, so that the writer does not reach it
     * first.
     *
     * @param round the number of earlier rounds in which the writer reached the sequence first
     */
    public long farMarker(Listed listed, int maxInFlight, int round) {
        return Math.max(listed.highest(), listed.next()) + ((4L * maxInFlight) << Math.min(round, 30));
    }

    /**
     * Returns whether the walk ends at an object that exists.
     *
     * @param isOwn whether this fencing wrote the object
     */
    public boolean endsAt(boolean isMarker, boolean isOwn) {
        return isMarker;
    }

    /**
     * Returns the sequence before which every key is known to hold a frame. A replay that ends earlier has found
     * damage.
     *
     * @param marker the sequence at which the walk ended
     */
    public long settledEnd(long marker) {
        return marker;
    }
}
