package io.s3stream.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stream as the metadata have it. Data that is only in a WAL is not counted.
 *
 * @param owner the node that has it open, or -1
 * @param committedEnd all data before it is in object storage
 * @param quarantine the reason why the stream cannot be opened, and the remedy, if recovery could not commit all its
 *     records
 * @param ranges where the data between start and committed end is, in order; not a copy of the list that is passed,
 *     which must not change. A store makes each range when it is asked for: its object is empty if a compaction has
 *     replaced and removed it since
 */
public record StreamInfo(
        long id,
        String name,
        Map<String, String> tags,
        long epoch,
        int owner,
        long startOffset,
        long committedEnd,
        Optional<String> quarantine,
        List<Range> ranges) {

    public StreamInfo {
        tags = Map.copyOf(tags);
        ranges = Collections.unmodifiableList(ranges);
    }

    /**
     * Offsets {@code [start, end)} are in {@code object}.
     *
     * @param bytes of their records, headers included
     */
    public record Range(long start, long end, String object, long bytes) {}
}
