package io.s3stream.kafka.protocol;

import io.s3stream.kafka.partition.PartitionLog;
import org.apache.kafka.common.protocol.Errors;

/** Compares the leader epoch that a client knows with the present one. */
final class LeaderEpochs {

    private LeaderEpochs() {}

    /** The error for an old or unknown epoch; none for the present one and for clients that name none (-1). */
    static Errors check(int epoch, PartitionLog log) {
        if (epoch < 0 || epoch == log.leaderEpoch()) {
            return Errors.NONE;
        }
        return epoch < log.leaderEpoch() ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
    }
}
