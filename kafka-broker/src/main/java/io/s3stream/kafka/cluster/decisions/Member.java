package io.s3stream.kafka.cluster.decisions;

/**
 * A broker as the decisions see it.
 *
 * @param id of its node
 * @param epoch of its node: another process of the same node has a greater one
 * @param weight its share of the partitions, relative to other brokers; greater than 0 and finite
 * @param phase whether it may lead partitions
 */
public record Member(int id, long epoch, double weight, Phase phase) {

    /** How far a broker is between its start and its end. */
    public enum Phase {
        /** The broker does not serve clients yet; or the node is no broker but another user of the store. */
        STARTING,
        /** The broker serves clients. */
        READY,
        /** The broker serves clients, and gives its partitions to others. */
        DRAINING,
        /** The broker serves clients no longer. Its partitions are free, or will be when its store is closed. */
        LEAVING
    }

    public Member {
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "weight=" + weight + " of broker " + id + ": must be greater than 0 and finite");
        }
    }
}
