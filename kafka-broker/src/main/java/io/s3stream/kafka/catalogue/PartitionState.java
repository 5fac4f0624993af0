package io.s3stream.kafka.catalogue;

/**
 * A partition as the metadata have it.
 *
 * @param owner the broker that has its stream open, or -1
 * @param epoch of the stream's present or last ownership; 0 before the first
 * @param bytes of its records in object storage; records that are only in the WAL are not counted
 */
public record PartitionState(int index, long streamId, int owner, long epoch, long bytes) {

    /** Kafka's epochs of leaders begin at 0, and those of streams at 1. */
    public int leaderEpoch() {
        return Math.toIntExact(Math.max(0, epoch - 1));
    }
}
