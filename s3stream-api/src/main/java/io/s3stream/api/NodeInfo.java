package io.s3stream.api;

import java.net.URI;
import java.util.List;

/**
 * A node as the metadata have it.
 *
 * @param epoch grows with each opening and take-over
 * @param wals the WALs that it writes to, or has left behind; empty after an orderly close or a take-over
 * @param openStreams the number of its open streams
 */
public record NodeInfo(int id, long epoch, List<URI> wals, int openStreams) {

    public NodeInfo {
        wals = List.copyOf(wals);
    }

    /** Whether it runs, or ended without a close: then its streams wait for its next open or for a take-over. */
    public boolean isOpen() {
        return !wals.isEmpty() || openStreams > 0;
    }
}
