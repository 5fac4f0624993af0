package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks the invariants that hold in every state, independent of the commands. For tests, simulation and tools: scans
 * the whole state.
 */
public final class MetadataInvariants {

    private final MetadataState state;

    private MetadataInvariants(MetadataState state) {
        this.state = state;
    }

    /** Checks the state behind a client's view. */
    public static void check(MetadataView view) {
        if (!(view instanceof LiveView live)) {
            throw new IllegalArgumentException("not the view of a metadata client: " + view);
        }
        check(live.state());
    }

    /** @throws IllegalStateException naming the first violation */
    public static void check(MetadataState state) {
        MetadataInvariants invariants = new MetadataInvariants(state);
        invariants.checkStreamsAndObjects();
        invariants.checkNames();
        for (NodeState node : state.entities().nodes.values()) {
            invariants.checkNode(node);
        }
    }

    private void checkStreamsAndObjects() {
        Map<Long, long[]> live = new HashMap<>();
        state.entities().streams.forEach(stream -> checkStream(stream, live));
        state.entities().releases.values().forEach(release -> {
            for (int i = 0; i < release.count(); i++) {
                count(release.ranges().get(i), live);
            }
        });
        state.entities().quarantines.values().forEach(quarantine -> checkQuarantine(quarantine, live));
        state.entities().objects.forEach(object -> {
            long[] counted = live.remove(object.id());
            long ranges = counted == null ? 0 : counted[0];
            long bytes = counted == null ? 0 : counted[1];
            require(
                    object.liveRanges() == ranges && object.liveBytes() == bytes,
                    "object=" + object.id() + ": counts " + object.liveRanges() + " referenced ranges and "
                            + object.liveBytes() + " bytes, streams and releases have " + ranges + " and " + bytes);
            require(
                    object.liveBytes() <= object.size(),
                    "object=" + object.id() + ": more referenced bytes than bytes");
            require(
                    state.entities().retired.contains(object.id()) == object.isRetired(),
                    "object=" + object.id() + ": wrong index of retired objects");
            require(
                    object.id() <= state.entities().lastObjectId(),
                    "object=" + object.id() + ": id beyond the counter");
        });
        require(live.isEmpty(), "streams refer to missing objects: " + live.keySet());
        state.entities()
                .retired
                .forEach(id -> require(state.object(id) != null, "object=" + id + ": retired but missing"));
    }

    private void checkStream(StreamMetadata stream, Map<Long, long[]> live) {
        String at = "stream=" + stream.id();
        require(stream.id() > 0 && stream.id() <= state.entities().lastStreamId(), at + ": id beyond the counter");
        require(stream.startOffset() >= 0 && stream.committedEnd() >= 0 && stream.epoch() >= 0, at + ": negative");
        require(stream.callerEpoch() >= 0, at + ": negative caller epoch");
        checkEpochs(stream, at);
        RangeList ranges = stream.ranges();
        checkSearches(ranges, at);
        for (int i = 0; i < ranges.size(); i++) {
            RangeList.Range range = ranges.get(i);
            require(range.start() < range.end(), at + ": empty range " + range);
            require(range.bytes() >= 0, at + ": negative bytes " + range);
            require(range.end() > stream.startOffset(), at + ": keeps " + range + " below its start");
            require(i == 0 || ranges.get(i - 1).end() == range.start(), at + ": hole or overlap before " + range);
            count(range, live);
        }
        if (ranges.isEmpty()) {
            require(stream.startOffset() >= stream.committedEnd(), at + ": readable offsets without a range");
        } else {
            require(
                    ranges.get(ranges.size() - 1).end() == stream.committedEnd(),
                    at + ": ranges miss the committed end");
            require(ranges.get(0).start() <= stream.startOffset(), at + ": the start offset has no range");
        }
        if (stream.isOpen()) {
            NodeMetadata owner = state.node(stream.owner());
            require(stream.epoch() > 0, at + ": open under epoch 0");
            require(
                    owner != null && stream.ownerEpoch() > 0 && stream.ownerEpoch() <= owner.epoch(),
                    at + ": owned by node " + stream.owner() + " under an epoch it never had");
        }
    }

    private static void checkEpochs(StreamMetadata stream, String at) {
        EpochList epochs = stream.epochs();
        require(epochs.isEmpty() == stream.ranges().isEmpty(), at + ": records without an epoch, or an epoch without");
        require(epochs.size() <= EpochList.MAX_EPOCHS, at + ": " + epochs.size() + " epochs");
        for (int i = 0; i < epochs.size(); i++) {
            require(
                    epochs.epoch(i) <= stream.epoch() && (i == 0 || epochs.epoch(i - 1) < epochs.epoch(i)),
                    at + ": epochs " + epochs + " of epoch " + stream.epoch());
            require(
                    epochs.firstOffset(i) >= stream.startOffset()
                            && epochs.firstOffset(i) < stream.committedEnd()
                            && (i == 0 || epochs.firstOffset(i - 1) < epochs.firstOffset(i)),
                    at + ": epochs " + epochs + " of [" + stream.startOffset() + "," + stream.committedEnd() + ")");
        }
    }

    private void checkQuarantine(Quarantine quarantine, Map<Long, long[]> live) {
        String at = "stream=" + quarantine.streamId();
        require(state.stream(quarantine.streamId()) != null, at + ": quarantined but missing");
        require(!quarantine.kept().isEmpty(), at + ": quarantined without records");
        for (Quarantine.Kept kept : quarantine.kept()) {
            require(kept.start() >= 0 && kept.start() < kept.end() && kept.bytes() >= 0, at + ": keeps " + kept);
            count(kept.objectId(), kept.bytes(), live);
        }
    }

    private static void count(RangeList.Range range, Map<Long, long[]> live) {
        count(range.objectId(), range.bytes(), live);
    }

    private static void count(long objectId, long bytes, Map<Long, long[]> live) {
        long[] counted = live.computeIfAbsent(objectId, id -> new long[2]);
        counted[0]++;
        counted[1] += bytes;
    }

    /** Checks that sums and searches agree with a scan of the ranges. */
    private static void checkSearches(RangeList ranges, String at) {
        long bytes = 0;
        long reached = Long.MIN_VALUE;
        for (int i = 0; i < ranges.size(); i++) {
            RangeList.Range range = ranges.get(i);
            require(ranges.bytes(0, i) == bytes, at + ": wrong sum of bytes before " + range);
            require(ranges.indexOf(range.start()) == i, at + ": wrong search by offset for " + range);
            if (i == 0 || range.maxTimestamp() > reached) {
                reached = range.maxTimestamp();
                require(ranges.firstReaching(0, reached) == i, at + ": wrong search by timestamp for " + range);
            }
            bytes += range.bytes();
        }
        require(
                reached == Long.MAX_VALUE || ranges.firstReaching(0, ranges.isEmpty() ? reached : reached + 1) < 0,
                at + ": wrong search for a timestamp that no range reaches");
    }

    private void checkNames() {
        Map<String, Long> names = new HashMap<>();
        state.entities().streams.forEach(stream -> {
            if (!stream.name().isEmpty()) {
                require(names.put(stream.name(), stream.id()) == null, "name " + stream.name() + " twice");
            }
        });
        require(names.equals(state.entities().names), "the index of names differs from the streams");
    }

    private void checkNode(NodeState node) {
        NodeMetadata metadata = node.metadata();
        String at = "node=" + metadata.id();
        require(metadata.epoch() > 0, at + ": epoch " + metadata.epoch());
        Generation before = null;
        for (Generation generation : metadata.generations()) {
            if (before != null) {
                require(before.walEpoch() < generation.walEpoch(), at + ": WAL epochs do not grow");
                require(before.isSealed(), at + ": generation " + before.walEpoch() + " neither sealed nor last");
            }
            require(
                    generation.sealedEnd().orElse(Long.MAX_VALUE) >= generation.firstSequence() - 1,
                    at + ": generation " + generation.walEpoch() + " ends before it begins");
            require(generation.walEpoch() <= node.lastWalEpoch(), at + ": WAL epoch beyond the greatest");
            before = generation;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
