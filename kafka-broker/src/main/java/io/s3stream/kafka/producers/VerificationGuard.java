package io.s3stream.kafka.producers;

/**
 * Links the question to the coordinator whether a transaction includes the partition with the append that follows the
 * answer. A marker that the partition gets between both ends the guard, and the append is refused: otherwise a late
 * batch would begin a transaction without an end. Guarded by the lock of its log, like Kafka's verification state.
 */
public final class VerificationGuard {

    private final boolean supportsEpochBump;
    private final long createdAt;
    private short epoch;
    private int lowestSequence;

    VerificationGuard(short epoch, int sequence, boolean supportsEpochBump, long createdAt) {
        this.supportsEpochBump = supportsEpochBump;
        this.createdAt = createdAt;
        this.epoch = epoch;
        lowestSequence = sequence;
    }

    /** Notes one more batch of the producer that asks the same question. */
    void include(short batchEpoch, int sequence) {
        if (batchEpoch == epoch) {
            lowestSequence = Math.min(lowestSequence, sequence);
        }
        if (batchEpoch > epoch) {
            epoch = batchEpoch;
            lowestSequence = sequence;
        }
    }

    /** Whether it verifies the transaction that follows a marker with {@code markerEpoch}. */
    boolean isOfNext(short markerEpoch) {
        return supportsEpochBump && epoch == markerEpoch;
    }

    boolean supportsEpochBump() {
        return supportsEpochBump;
    }

    int lowestSequence() {
        return lowestSequence;
    }

    long createdAt() {
        return createdAt;
    }
}
