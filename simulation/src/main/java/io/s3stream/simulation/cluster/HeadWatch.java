package io.s3stream.simulation.cluster;

import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.MetadataInvariants;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.HeadReader;
import io.s3stream.testkit.sim.SimBucket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the present metadata after each step, in a world of its own that does not disturb the history. Checks the
 * invariants of each state, and that no change takes anything back. Owner of the last state seen.
 */
final class HeadWatch {

    private final SimBucket bucket;
    private final Map<Integer, Long> nodeEpochs = new HashMap<>();
    private final Map<Integer, Long> committed = new HashMap<>();
    private final Map<Long, StreamMetadata> streams = new HashMap<>();
    private @Nullable String version;

    HeadWatch(SimBucket bucket) {
        this.bucket = bucket;
    }

    /** @throws HistoryViolation for the first violation */
    void look() {
        SimBucket.Stored head = bucket.get("meta/head");
        if (head == null || head.version().equals(version)) {
            return;
        }
        version = head.version();
        MetadataState state = HeadReader.read(bucket);
        try {
            MetadataInvariants.check(state);
        } catch (IllegalStateException e) {
            throw new HistoryViolation("metadata: " + e.getMessage());
        }
        state.nodes().forEach(node -> check(node, state.nodeFloor()));
        committed.keySet().removeIf(id -> state.node(id) == null);
        state.streams("").forEach(this::check);
    }

    /** @param floor a node whose epoch of before is not above it may have been removed, and begun anew */
    private void check(NodeMetadata node, long floor) {
        Long epoch = nodeEpochs.put(node.id(), node.epoch());
        Long position = committed.put(node.id(), node.committed().sequence());
        if (epoch != null && epoch <= floor && node.epoch() > floor) {
            return;
        }
        if ((epoch != null && epoch > node.epoch())
                || (position != null && position > node.committed().sequence())) {
            throw new HistoryViolation(
                    "node=" + node.id() + " went back from epoch " + epoch + ", committed " + position
                            + " to epoch " + node.epoch() + ", committed "
                            + node.committed().sequence());
        }
    }

    private void check(StreamMetadata now) {
        StreamMetadata before = streams.put(now.id(), now);
        if (before == null) {
            return;
        }
        boolean sameOwner = before.isOpen() && now.isOpen() && before.epoch() == now.epoch();
        boolean isRight = now.epoch() >= before.epoch()
                && now.startOffset() >= before.startOffset()
                && now.committedEnd() >= before.committedEnd()
                && now.callerEpoch() >= before.callerEpoch()
                && (!before.isSealed() || (now.isSealed() && now.committedEnd() == before.committedEnd()))
                && (!sameOwner || (now.owner() == before.owner() && now.ownerEpoch() == before.ownerEpoch()))
                && (before.isOpen()
                        || now.isOpen()
                        || before.epoch() != now.epoch()
                        || now.committedEnd() == before.committedEnd());
        if (!isRight) {
            throw new HistoryViolation(
                    "stream=" + now.id() + " went from " + describe(before) + " to " + describe(now));
        }
    }

    private static String describe(StreamMetadata stream) {
        return "[" + stream.startOffset() + ", " + stream.committedEnd() + ") epoch " + stream.epoch() + " owner "
                + stream.owner() + "/" + stream.ownerEpoch() + (stream.isSealed() ? " sealed" : "");
    }
}
