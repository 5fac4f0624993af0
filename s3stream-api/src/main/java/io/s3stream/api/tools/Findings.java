package io.s3stream.api.tools;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All findings of a tool.
 *
 * @param counts the number of findings by kind, without the kinds that have none
 * @param list the first findings, at most 10 000 of a kind
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

    /** The number of problems, without unreadable objects. */
    public long problems() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().isProblem() && entry.getKey() != Finding.Kind.UNREADABLE)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Whether all objects were checked, and no problem was found. */
    public boolean isClean() {
        return problems() == 0 && count(Finding.Kind.UNREADABLE) == 0;
    }
}
