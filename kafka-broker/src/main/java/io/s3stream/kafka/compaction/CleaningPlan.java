package io.s3stream.kafka.compaction;

import io.s3stream.api.StreamRange;
import io.s3stream.kafka.catalogue.TopicConfigs;
import java.util.List;

/**
 * How far a partition can be cleaned, and how much of it is dirty: that no cleaning has seen.
 *
 * @param from the first dirty offset
 * @param to the end of the cleanable part, a boundary of batches
 * @param dirtyBytes of the batches between the two
 * @param cleanBytes of the batches before them
 */
record CleaningPlan(long from, long to, long dirtyBytes, long cleanBytes) {

    /** Estimates the bytes: a range that an offset cuts counts by its offsets. */
    static CleaningPlan of(long from, long to, List<StreamRange> ranges) {
        double dirty = 0;
        double clean = 0;
        for (StreamRange range : ranges) {
            clean += bytes(range, Long.MIN_VALUE, from);
            dirty += bytes(range, from, to);
        }
        return new CleaningPlan(from, to, (long) Math.ceil(dirty), (long) clean);
    }

    private static double bytes(StreamRange range, long from, long to) {
        long offsets = Math.min(range.end(), to) - Math.max(range.start(), from);
        return offsets <= 0 ? 0 : (double) range.bytes() * offsets / (range.end() - range.start());
    }

    /** The share of dirty bytes in all bytes that a cleaning would rewrite. */
    double dirtyRatio() {
        return dirtyBytes == 0 ? 0 : (double) dirtyBytes / (dirtyBytes + cleanBytes);
    }

    boolean isDirty() {
        return to > from && dirtyBytes > 0;
    }

    /**
     * Whether a cleaning is due, by Kafka's rule.
     *
     * @param firstDirtyTime the timestamp of the first dirty batch, or -1 if it is not known
     */
    boolean isDue(TopicConfigs configs, long firstDirtyTime, long now) {
        boolean isOld = firstDirtyTime > 0 && firstDirtyTime <= now - configs.maxCompactionLagMs();
        return isDirty() && (isOld || dirtyRatio() > configs.minCleanableDirtyRatio());
    }
}
