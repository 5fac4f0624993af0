package io.s3stream.core.compact;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which objects a node compacts: those it wrote, and its share of what was written by nodes without a WAL generation. Such a
 * node was closed, or was taken over, and may never open again. A pure function of the state, by which each object has at
 * most one node; two that see different states may compact the same, and the commit of the second is dead bytes. Used on one
 * thread.
 */
final class ObjectShare {

    private static final int NODE_AT = "data/hh/".length();

    private final int nodeId;
    private final List<Integer> present;
    private final Map<Integer, Boolean> mine = new HashMap<>();

    private ObjectShare(int nodeId, List<Integer> present) {
        this.nodeId = nodeId;
        this.present = present;
    }

    static ObjectShare of(MetadataView view, int nodeId) {
        return new ObjectShare(
                nodeId,
                view.nodes().stream()
                        .filter(node -> !node.generations().isEmpty())
                        .map(NodeMetadata::id)
                        .sorted()
                        .toList());
    }

    boolean has(@Nullable ObjectMetadata object) {
        int writer = object == null ? -1 : writer(object.key());
        return writer >= 0 && (writer == nodeId || mine.computeIfAbsent(writer, this::isAdopted));
    }

    /** Nodes that are gone are spread over those that are there, each to one of them, so that what it left is merged. */
    private boolean isAdopted(int writer) {
        return !present.isEmpty() && !present.contains(writer) && present.get(writer % present.size()) == nodeId;
    }

    /** The node of {@code data/hh/<node>-<epoch>-<counter>}, or -1 if that is not what it is. Called for each object. */
    private static int writer(String key) {
        long node = 0;
        int at = NODE_AT;
        while (at < key.length() && Character.digit(key.charAt(at), 10) >= 0 && node <= Integer.MAX_VALUE) {
            node = node * 10 + Character.digit(key.charAt(at++), 10);
        }
        boolean isNumber = at > NODE_AT && at < key.length() && key.charAt(at) == '-' && node <= Integer.MAX_VALUE;
        return isNumber ? (int) node : -1;
    }
}
