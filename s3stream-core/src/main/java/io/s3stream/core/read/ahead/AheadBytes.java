package io.s3stream.core.read.ahead;

/** Bytes read ahead, for one reader or several. Guarded by the lock of {@link ReadAhead}. */
final class AheadBytes {

    private long onTheWay;
    private long here;

    void add(HeldChunk held) {
        onTheWay += held.bytesOnTheWay();
        here += held.bytesHere();
    }

    void add(AheadBytes other) {
        onTheWay += other.onTheWay;
        here += other.here;
    }

    void remove(HeldChunk held) {
        onTheWay -= held.bytesOnTheWay();
        here -= held.bytesHere();
    }

    long onTheWay() {
        return onTheWay;
    }

    long total() {
        return onTheWay + here;
    }
}
