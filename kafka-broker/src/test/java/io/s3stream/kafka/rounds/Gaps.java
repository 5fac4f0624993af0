package io.s3stream.kafka.rounds;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The longest times without an acknowledgement of a partition, in milliseconds, by kind. Not thread-safe. */
final class Gaps {

    private final Map<String, List<Long>> byKind = new TreeMap<>();

    void note(String kind, long millis) {
        byKind.computeIfAbsent(kind, key -> new ArrayList<>()).add(millis);
        System.out.printf("  %s: no acknowledgement of a partition for %d ms%n", kind, millis);
    }

    /** A line for each kind. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        byKind.forEach((kind, all) -> {
            List<Long> sorted = new ArrayList<>(all);
            Collections.sort(sorted);
            lines.add(String.format(
                    "%-9s %4d times, gap in ms: p50 %d, p99 %d, maximum %d",
                    kind, sorted.size(), percentile(sorted, 50), percentile(sorted, 99), percentile(sorted, 100)));
        });
        return lines;
    }

    /** The smallest value that is not less than this share of all values. */
    static long percentile(List<Long> sorted, int percent) {
        int rank = (sorted.size() * percent + 99) / 100;
        return sorted.get(Math.max(0, rank - 1));
    }
}
