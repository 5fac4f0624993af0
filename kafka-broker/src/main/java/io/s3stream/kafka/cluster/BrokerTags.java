package io.s3stream.kafka.cluster;

import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.cluster.decisions.Member;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Facts that a broker tells the others about itself, as tags of its node. They are set when the broker serves clients, and
 * end with the epoch of the node.
 */
record BrokerTags(String host, int port, double weight, Member.Phase phase, Optional<String> rack) {

    private static final String HOST = "kafka.host";
    private static final String PORT = "kafka.port";
    private static final String WEIGHT = "kafka.weight";
    private static final String PHASE = "kafka.phase";

    /** Absent for a broker without a rack, and for one of a release without racks. */
    private static final String RACK = "kafka.rack";

    BrokerTags with(Member.Phase next) {
        return new BrokerTags(host, port, weight, next, rack);
    }

    Map<String, String> tags() {
        Map<String, String> tags = new HashMap<>();
        tags.put(HOST, host);
        tags.put(PORT, Integer.toString(port));
        tags.put(WEIGHT, Double.toString(weight));
        tags.put(PHASE, phase.name());
        rack.ifPresent(name -> tags.put(RACK, name));
        return tags;
    }

    /** The tags of a node that is in use and is a broker, or nothing. Tags of another program may be anything. */
    static Optional<BrokerTags> of(NodeInfo node) {
        Map<String, String> tags = node.tags();
        String host = tags.get(HOST);
        if (!node.isOpen() || host == null) {
            return Optional.empty();
        }
        try {
            int port = Integer.parseInt(tags.getOrDefault(PORT, ""));
            double weight = Double.parseDouble(tags.getOrDefault(WEIGHT, ""));
            Member.Phase phase = Member.Phase.valueOf(tags.getOrDefault(PHASE, ""));
            boolean isValid = port > 0 && port < 1 << 16 && weight > 0 && weight < Double.POSITIVE_INFINITY;
            Optional<String> rack = Optional.ofNullable(tags.get(RACK));
            return isValid ? Optional.of(new BrokerTags(host, port, weight, phase, rack)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A node that is in use as a member: one without tags may hold partitions of a process before it. */
    static Member member(NodeInfo node) {
        return of(node).map(tags -> new Member(node.id(), node.epoch(), tags.weight, tags.phase))
                .orElseGet(() -> new Member(node.id(), node.epoch(), 1, Member.Phase.STARTING));
    }

    /** Whether clients can connect to it. */
    boolean isServing() {
        return phase == Member.Phase.READY || phase == Member.Phase.DRAINING;
    }

    BrokerAddress address(NodeInfo node) {
        return new BrokerAddress(node.id(), host, port, rack);
    }
}
