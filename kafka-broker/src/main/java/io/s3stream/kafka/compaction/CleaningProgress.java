package io.s3stream.kafka.compaction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The progress of the cleanings of a partition. Immutable; kept as tags of the log's stream.
 *
 * @param cleanedTo no key has two records before it, apart from tombstones that wait for their removal
 * @param passes ends and times of cleanings, in ascending order: tombstones and markers before the end of a pass may go
 *     when the pass is old enough
 */
record CleaningProgress(long cleanedTo, List<Pass> passes) {

    /** Before the first cleaning. */
    static final CleaningProgress NONE = new CleaningProgress(0, List.of());

    /** Bounds the number of passes: a newer one is noted when an eighth of the time of tombstones is over. */
    private static final int PASSES = 8;

    private static final String CLEANED_TO = "cleaned.to";
    private static final String PASSED = "cleaned.passes";

    /**
     * A completed cleaning.
     *
     * @param end all batches before it were cleaned
     * @param time of its end, in milliseconds of the wall clock
     */
    record Pass(long end, long time) {}

    CleaningProgress {
        passes = List.copyOf(passes);
    }

    /** The progress in the tags of a stream. Cleaning begins at the start without a readable progress. */
    static CleaningProgress ofTags(Map<String, String> tags) {
        String cleanedTo = tags.get(CLEANED_TO);
        if (cleanedTo == null) {
            return NONE;
        }
        try {
            List<Pass> passes = new ArrayList<>();
            for (String pass : tags.getOrDefault(PASSED, "").split(",")) {
                if (!pass.isEmpty()) {
                    int at = Math.max(0, pass.indexOf('@'));
                    passes.add(new Pass(Long.parseLong(pass.substring(0, at)), Long.parseLong(pass.substring(at + 1))));
                }
            }
            return new CleaningProgress(Long.parseLong(cleanedTo), passes);
        } catch (NumberFormatException e) {
            return NONE;
        }
    }

    /** The tags of a stream with this progress in place of an earlier one. */
    Map<String, String> in(Map<String, String> tags) {
        Map<String, String> all = new HashMap<>(tags);
        all.put(CLEANED_TO, Long.toString(cleanedTo));
        all.put(
                PASSED,
                passes.stream().map(pass -> pass.end() + "@" + pass.time()).collect(Collectors.joining(",")));
        return all;
    }

    /**
     * Tombstones before this offset may go: a cleaning has passed them {@code delete.retention.ms} ago, and has removed
     * all that they delete.
     */
    long removableBefore(long now, long deleteRetentionMs) {
        long before = 0;
        for (Pass pass : passes) {
            if (pass.time() <= now - deleteRetentionMs) {
                before = Math.max(before, pass.end());
            }
        }
        return before;
    }

    /**
     * The progress after a cleaning to {@code end}. A pass soon after the newest one is not noted: its tombstones then
     * belong to the next pass, and stay a little longer.
     */
    CleaningProgress after(long end, long now, long deleteRetentionMs) {
        long expired = removableBefore(now, deleteRetentionMs);
        List<Pass> kept = new ArrayList<>();
        for (Pass pass : passes) {
            if (pass.end() >= expired) {
                kept.add(pass);
            }
        }
        Pass newest = kept.isEmpty() ? new Pass(-1, Long.MIN_VALUE / 2) : kept.get(kept.size() - 1);
        if (end > newest.end() && now - newest.time() >= deleteRetentionMs / PASSES) {
            kept.add(new Pass(end, now));
        }
        return new CleaningProgress(Math.max(end, cleanedTo), kept);
    }
}
