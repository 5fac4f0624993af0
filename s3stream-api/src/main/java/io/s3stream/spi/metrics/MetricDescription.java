package io.s3stream.spi.metrics;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The description of a metric. Name and labels together are its identity; the same name always comes with the same
 * unit, description and label names.
 *
 * @param name lower-case words, dots in between: {@code s3stream.append.bytes}
 * @param description one line
 * @param labels few, of fixed values
 */
public record MetricDescription(String name, MetricUnit unit, String description, SortedMap<String, String> labels) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(\\.[a-z][a-z0-9]*)*");

    public MetricDescription {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name=" + name + ": must be lower-case words with dots in between");
        }
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** Without labels. */
    public static MetricDescription of(String name, MetricUnit unit, String description) {
        return new MetricDescription(name, unit, description, Collections.emptySortedMap());
    }

    /** The same metric with one more label, which replaces one of the same name. */
    public MetricDescription with(String label, String value) {
        return with(Map.of(label, value));
    }

    /** The same metric with more labels, which replace those of the same names. */
    public MetricDescription with(Map<String, String> more) {
        SortedMap<String, String> all = new TreeMap<>(labels);
        all.putAll(more);
        return new MetricDescription(name, unit, description, all);
    }
}
