package io.s3stream.core.verify;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.layout.ObjectKeys.DataKey;
import io.s3stream.spi.storage.ObjectSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds objects without references. Exact, because the state is read before the listing. An object of an epoch that had
 * ended, without a reference in the state, is never committed. Other objects are compared with a state read after the
 * listing. Owns the undecided objects; for one thread at a time.
 */
final class OrphanScan {

    private final String[] named; // sorted
    private final MetadataState before;
    private final Consumer<Finding> findings;
    private final List<ObjectSummary> undecided = new ArrayList<>();

    /** @param before read before the listing begins */
    OrphanScan(MetadataState before, Consumer<Finding> findings) {
        this.before = before;
        this.findings = findings;
        this.named = before.objects().stream().map(ObjectMetadata::key).toArray(String[]::new);
        Arrays.sort(named);
    }

    void listed(List<ObjectSummary> page) {
        for (ObjectSummary object : page) {
            if (Arrays.binarySearch(named, object.key()) >= 0) {
                continue;
            }
            DataKey key = parse(object);
            if (key == null) {
                add(Kind.FOREIGN, object, "not a key of a data object");
                continue;
            }
            if (before.rebuildMark().covers(key)) {
                add(Kind.KEPT, object, "the rebuilt metadata do not name it; it is kept until an operator releases it");
                continue;
            }
            NodeMetadata node = before.node(key.nodeId());
            if (node != null && key.nodeEpoch() < node.epoch()) {
                add(Kind.ORPHAN, object, "never committed; node " + node.id() + " is at epoch " + node.epoch());
            } else if (node == null && key.nodeEpoch() <= before.nodeFloor()) {
                add(Kind.ORPHAN, object, "never committed; node " + key.nodeId() + " was removed");
            } else {
                undecided.add(object);
            }
        }
    }

    boolean isDecided() {
        return undecided.isEmpty();
    }

    /** @param after read after the listing ended */
    void decide(MetadataState after) {
        Set<String> candidates = undecided.stream().map(ObjectSummary::key).collect(Collectors.toSet());
        after.objects().forEach(object -> candidates.remove(object.key()));
        for (ObjectSummary object : undecided) {
            if (candidates.contains(object.key())) {
                DataKey key = ObjectKeys.parse(object.key());
                NodeMetadata node = after.node(key.nodeId());
                if (node == null && key.nodeEpoch() <= after.nodeFloor()) {
                    add(Kind.ORPHAN, object, "never committed; node " + key.nodeId() + " was removed");
                } else if (node == null || node.epoch() < key.nodeEpoch()) {
                    add(Kind.FOREIGN, object, "node " + key.nodeId() + " never had epoch " + key.nodeEpoch());
                } else {
                    add(Kind.IN_FLIGHT, object, "not committed; node " + key.nodeId() + " may still commit it");
                }
            }
        }
    }

    private static @Nullable DataKey parse(ObjectSummary object) {
        try {
            return ObjectKeys.parse(object.key());
        } catch (CorruptedDataException e) {
            return null; // null: not a key of ours
        }
    }

    private void add(Kind kind, ObjectSummary object, String what) {
        findings.accept(new Finding(
                kind,
                object.key(),
                Finding.NONE,
                Finding.NONE,
                Finding.NONE,
                "object=" + object.key() + " (" + object.size() + " bytes): " + what));
    }
}
