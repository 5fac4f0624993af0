package io.s3stream.core.compact;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which objects a node compacts: its own, and its share of those by nodes without a WAL generation. Such a node
 * was closed or taken over, and may never open again. A pure function of the state, which assigns each object to at
 * most one node. Two nodes that see different states may compact the same object; the second commit then only produces
 * dead bytes. Used on one thread.
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

    /**
     * Returns whether this node adopts the objects of an absent writer. Each absent node is assigned to one present
     * node, so that its objects are merged with each other.
     */
    private boolean isAdopted(int writer) {
        return !present.isEmpty() && !present.contains(writer) && present.get(writer % present.size()) == nodeId;
    }

    /**
     * Returns the node of {@code data/hh/<node>-<epoch>-<counter>}, or -1 for a key of another form. Called for each
     * object.
     */
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
