package io.s3stream.core.read.ahead;

/** Bytes read ahead, for one reader or several. Guarded by the lock of {@link ReadAhead}. */
final class AheadBytes {

    private long inFlight;
    private long arrived;

    void add(HeldChunk held) {
        inFlight += held.bytesInFlight();
        arrived += held.bytesArrived();
    }

    void add(AheadBytes other) {
        inFlight += other.inFlight;
        arrived += other.arrived;
    }

    void remove(HeldChunk held) {
        inFlight -= held.bytesInFlight();
        arrived -= held.bytesArrived();
    }

    ReadAheadPolicy.Usage usage() {
        return new ReadAheadPolicy.Usage(inFlight, inFlight + arrived);
    }
}
