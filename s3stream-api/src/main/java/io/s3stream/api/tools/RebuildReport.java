package io.s3stream.api.tools;

import java.util.List;

/**
 * What could be rebuilt without the metadata. Names, tags, trims and deletions are those of the newest catalogue; what was only
 * in a WAL is not there.
 *
 * @param objects that were read
 * @param objectsUsed that have a range of a stream
 * @param copiedBytes of objects that were copied into the new store
 * @param streams by id
 * @param loss stands for all that is unreadable, missing or doubtful in {@code findings}; empty: nothing is
 */
public record RebuildReport(
        long objects, long objectsUsed, long copiedBytes, List<RebuiltStream> streams, Findings findings, String loss) {

    public RebuildReport {
        streams = List.copyOf(streams);
    }

    /**
     * A stream.
     *
     * @param name of the catalogue, or {@code recovered-<id>} for a stream that it does not have
     * @param epoch the greatest of its records
     * @param start where it begins: the first offset after the last hole
     * @param end where it ends
     * @param bytes of its records
     */
    public record RebuiltStream(long id, String name, long epoch, long start, long end, int ranges, long bytes) {}
}
