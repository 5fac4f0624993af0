package io.s3stream.api.metadata;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A node as the metadata have it.
 *
 * @param epoch grows with each opening and take-over
 * @param tags facts that the process of this epoch has set about itself, such as its address. Each opening replaces them,
 *     and a take-over removes them. They stay after a close: {@link #isOpen} tells whether the node is in use
 * @param wals the WALs that it writes to, or has left behind; empty after an orderly close or a take-over
 * @param openStreams the number of its open streams
 */
public record NodeInfo(int id, long epoch, Map<String, String> tags, List<URI> wals, int openStreams) {

    public NodeInfo {
        tags = Map.copyOf(tags);
        wals = List.copyOf(wals);
    }

    /** Whether it runs, or ended without a close: then its streams wait for its next open or for a take-over. */
    public boolean isOpen() {
        return !wals.isEmpty() || openStreams > 0;
    }
}
