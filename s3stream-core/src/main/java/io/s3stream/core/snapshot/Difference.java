package io.s3stream.core.snapshot;

import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The visible changes between two snapshots. Positions and sizes of streams, and positions of nodes, change with each
 * upload and do not count.
 */
@SuppressWarnings("ReferenceEquality") // identity is meant
record Difference(List<StreamChange> streams, Set<Integer> nodes) {

    /** A stream before and after the change; null where it does not exist. */
    record StreamChange(
            long id,
            @Nullable StreamMetadata before,
            @Nullable StreamMetadata after) {}

    /** Returns the visible changes among these streams and nodes. */
    static Difference of(
            FrozenMetadata before, FrozenMetadata after, Iterable<Long> streamIds, Iterable<Integer> nodeIds) {
        List<StreamChange> streams = new ArrayList<>();
        for (long id : streamIds) {
            StreamMetadata old = before.stream(id);
            StreamMetadata now = after.stream(id);
            if (!isSame(old, now, before.quarantine(id) != null, after.quarantine(id) != null)) {
                streams.add(new StreamChange(id, old, now));
            }
        }
        Set<Integer> nodes = new LinkedHashSet<>();
        for (int id : nodeIds) {
            if (!isSame(before.node(id), after.node(id))) {
                nodes.add(id);
            }
        }
        return new Difference(streams, nodes);
    }

    /** Compares all streams and nodes. Costs time for each of them. */
    static Difference ofAll(FrozenMetadata before, FrozenMetadata after) {
        Set<Long> streams = new LinkedHashSet<>();
        before.forEachStream(stream -> {
            if (stream != after.stream(stream.id())) { // also unequal without a visible change
                streams.add(stream.id());
            }
        });
        after.forEachStream(stream -> {
            if (before.stream(stream.id()) == null) {
                streams.add(stream.id());
            }
        });
        streams.addAll(before.quarantinesById().keySet());
        streams.addAll(after.quarantinesById().keySet());
        Set<Integer> nodes = new LinkedHashSet<>(before.nodesById().keySet());
        nodes.addAll(after.nodesById().keySet());
        return of(before, after, streams, nodes);
    }

    private static boolean isSame(
            @Nullable StreamMetadata before, @Nullable StreamMetadata after, boolean wasHeld, boolean isHeld) {
        if (before == null || after == null) {
            return before == after;
        }
        return wasHeld == isHeld && isSame(before, after);
    }

    private static boolean isSame(StreamMetadata before, StreamMetadata after) {
        return before == after
                || (before.epoch() == after.epoch()
                        && before.callerEpoch() == after.callerEpoch()
                        && before.owner() == after.owner()
                        && before.ownerEpoch() == after.ownerEpoch()
                        && before.isSealed() == after.isSealed()
                        && before.name().equals(after.name())
                        && before.tags().equals(after.tags()));
    }

    private static boolean isSame(@Nullable NodeMetadata before, @Nullable NodeMetadata after) {
        if (before == null || after == null) {
            return before == after;
        }
        return before.epoch() == after.epoch()
                && before.tags().equals(after.tags())
                && Objects.equals(wals(before), wals(after));
    }

    private static List<URI> wals(NodeMetadata node) {
        return node.generations().stream()
                .map(Generation::descriptor)
                .map(descriptor -> descriptor.uri())
                .distinct()
                .toList();
    }
}
