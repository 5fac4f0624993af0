package io.s3stream.api;

import java.net.URI;
import java.util.List;

/**
 * A node as the metadata has it.
 *
 * @param epoch grows with each opening and take-over
 * @param wals it writes to, or has left behind; empty when it was closed in an orderly way or taken over
 * @param openStreams how many streams it has open
 */
public record NodeInfo(int id, long epoch, List<URI> wals, int openStreams) {

    public NodeInfo {
        wals = List.copyOf(wals);
    }

    /** Whether it is in use, or ended without being closed: then its streams wait for it to open again, or a take-over. */
    public boolean isOpen() {
        return !wals.isEmpty() || openStreams > 0;
    }
}
