package io.s3stream.api.tools;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All that was found.
 *
 * @param counts how many of each kind; kinds of which there is none are left out
 * @param list the first of them, at most 10 000 of a kind
 */
public record Findings(Map<Finding.Kind, Long> counts, List<Finding> list) {

    public Findings {
        Map<Finding.Kind, Long> copy = new EnumMap<>(Finding.Kind.class);
        copy.putAll(counts);
        counts = Collections.unmodifiableMap(copy);
        list = List.copyOf(list);
    }

    public long count(Finding.Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** How many problems, without what could not be read. */
    public long problems() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().isProblem() && entry.getKey() != Finding.Kind.UNREADABLE)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Everything was looked at, and nothing is wrong. */
    public boolean isClean() {
        return problems() == 0 && count(Finding.Kind.UNREADABLE) == 0;
    }
}
