package io.s3stream.wal.s3.fence;

/**
 * The decisions of a fencing (R4). Not final, so that a test can leave a rule out and show what is lost. Stateless.
 */
public class FenceRules {

    /** What a listing showed from the first sequence that may not be committed. */
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

        /** In ascending order. */
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

        /** The first sequence that is not a frame which follows the one before. */
        public long next() {
            return next;
        }

        /** The last sequence there is; one less than the first when there is none. */
        public long highest() {
            return highest;
        }

        /** Whether something of a marker's size is anywhere in it. */
        public boolean anyMarker() {
            return anyMarker;
        }

        /** Whether something of a marker's size stands at {@link #next}. */
        public boolean markerAtNext() {
            return markerAtNext;
        }
    }

    /**
     * The first key that the walk settles. What is listed is there; what is not listed may still arrive (L3), so a listing
     * decides nothing about it.
     */
    public long walkFrom(Listed listed) {
        return listed.next();
    }

    /** Whether nothing stops the writer yet, so that it could run ahead of the walk for ever. */
    public boolean needsFarMarker(Listed listed) {
        return !listed.anyMarker();
    }

    /**
     * Where to stop the writer, so far ahead that it will not have got there meanwhile.
     *
     * @param round how often it had got there all the same
     */
    public long farMarker(Listed listed, int maxInFlight, int round) {
        return Math.max(listed.highest(), listed.next()) + ((4L * maxInFlight) << Math.min(round, 30));
    }

    /**
     * Whether the walk ends at a key that is taken.
     *
     * @param isOwn whether this fencing has put it there
     */
    public boolean endsAt(boolean isMarker, boolean isOwn) {
        return isMarker;
    }

    /**
     * Before which sequence every key is known to hold a frame, so that a replay that ends earlier has found damage.
     *
     * @param marker where the walk ended
     */
    public long settledEnd(long marker) {
        return marker;
    }
}
