package io.s3stream.api.tools;

import java.util.List;

/**
 * The result of a rebuild without the metadata. Names, tags, trims and deletions are those of the newest catalogue.
 * Data that was only in a WAL is missing.
 *
 * @param objects that were read
 * @param objectsUsed that have a range of a stream
 * @param copiedBytes of objects that were copied into the new store
 * @param streams by id
 * @param loss stands for all unreadable, missing or doubtful data in {@code findings}; empty: there is none
 */
public record RebuildReport(
        long objects, long objectsUsed, long copiedBytes, List<RebuiltStream> streams, Findings findings, String loss) {

    public RebuildReport {
        streams = List.copyOf(streams);
    }

    /**
     * A stream.
     *
     * @param name of the catalogue, or {@code recovered-<id>} for a stream that is not in it
     * @param epoch the greatest of its records
     * @param start its first offset, which is the first after the last hole
     * @param end the offset after its last one
     * @param bytes of its records
     */
    public record RebuiltStream(long id, String name, long epoch, long start, long end, int ranges, long bytes) {}
}
