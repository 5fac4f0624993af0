package io.s3stream.core.metadata;

import java.util.List;

/**
 * Acknowledged records of a stream that recovery found in a WAL and could not commit, because they do not continue the
 * stream [R37]. The records stay in their objects, and the stream cannot be opened, until an operator releases it.
 * Immutable.
 *
 * @param kept the places of the records, in the order in which recovery found them
 */
public record Quarantine(long streamId, List<Kept> kept) {

    public Quarantine {
        kept = List.copyOf(kept);
    }

    /**
     * Offsets {@code [start, end)}, written under {@code streamEpoch}, without a hole between them.
     *
     * @param bytes of the records, headers included
     */
    public record Kept(long streamEpoch, long start, long end, long objectId, long bytes, long maxTimestamp) {}

    /** Returns a sentence for the operator: why the stream cannot be opened, and how to release it. */
    public String describe(long committedEnd) {
        Kept first = kept.get(0);
        String reason = first.start() > committedEnd
                ? "offsets [" + committedEnd + ", " + first.start() + ") are missing before them"
                : first.start() < committedEnd
                        ? "the stream has other records at these offsets"
                        : "the metadata do not know their epoch " + first.streamEpoch();
        return "stream=" + streamId + ": is quarantined. Recovery found records from offset " + first.start() + " to "
                + kept.get(kept.size() - 1).end() + " that do not continue the committed end " + committedEnd + ": "
                + reason + ". They are kept until 'bin/s3stream release " + streamId
                + " --records=append' or '--records=discard', or StreamStore.releaseStream";
    }
}
