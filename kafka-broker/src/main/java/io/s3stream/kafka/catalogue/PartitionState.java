package io.s3stream.kafka.catalogue;

/**
 * A partition as the metadata have it.
 *
 * @param producersStreamId the companion stream with the snapshots of its producers
 * @param owner the broker that has its stream open, or -1
 * @param epoch of the stream's present or last ownership; 0 before the first
 */
public record PartitionState(int index, long streamId, long producersStreamId, int owner, long epoch) {

    /** Kafka's epochs of leaders begin at 0, and those of streams at 1. */
    public int leaderEpoch() {
        return Math.toIntExact(Math.max(0, epoch - 1));
    }
}
