package io.s3stream.core.collect;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.layout.ObjectKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The retired objects, each with the time at which this process first saw it retired, by its own monotonic clock [R21].
 * Clocks of other machines and adjustable clocks decide nothing. Owned by the collector's context.
 */
final class RetiredObjects {

    private final CollectRules rules;
    private final int nodeId;
    private final long graceNanos;
    private Map<Long, Long> firstSeen = new HashMap<>();

    RetiredObjects(CollectRules rules, int nodeId, long graceNanos) {
        this.rules = rules;
        this.nodeId = nodeId;
        this.graceNanos = graceNanos;
    }

    /** Returns the objects that may be deleted, given all objects retired now. */
    List<ObjectMetadata> due(List<ObjectMetadata> retired, long now) {
        Map<Long, Long> seen = new HashMap<>();
        List<ObjectMetadata> due = new ArrayList<>();
        for (ObjectMetadata object : retired) {
            long since = firstSeen.getOrDefault(object.id(), now);
            seen.put(object.id(), since);
            if (rules.mayDelete(now - since, graceNanos, isOwn(object))) {
                due.add(object);
            }
        }
        firstSeen = seen;
        return due;
    }

    boolean isOwn(ObjectMetadata object) {
        try {
            return ObjectKeys.parse(object.key()).nodeId() == nodeId;
        } catch (CorruptedDataException e) {
            return false; // unknown writer: any node may delete it, after the longer wait
        }
    }
}
