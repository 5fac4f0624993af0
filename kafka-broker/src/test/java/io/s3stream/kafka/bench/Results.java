package io.s3stream.kafka.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The measured values by quantity and contender, one for each round. Prints them as a table in Markdown. */
final class Results {

    /** In the order of their first values. */
    private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();

    void add(String quantity, Contender contender, double value) {
        values.computeIfAbsent(quantity, key -> new LinkedHashMap<>())
                .computeIfAbsent(contender.name(), key -> new ArrayList<>())
                .add(value);
        System.err.printf(Locale.ROOT, "%s, %s: %s%n", quantity, contender.name(), text(value));
    }

    /**
     * Returns the table: the median and the range of each quantity, and its ratio to a contender. The ratio is the
     * median of the ratios of the rounds.
     *
     * @param base the contender that the others are compared with
     */
    String table(String base) {
        List<String> names = values.values().stream()
                .flatMap(row -> row.keySet().stream())
                .distinct()
                .toList();
        StringBuilder table = new StringBuilder("| |");
        names.forEach(name -> table.append(' ').append(name).append(" |"));
        table.append("\n|---|").append("---|".repeat(names.size()));
        values.forEach((quantity, row) -> {
            table.append("\n| ").append(quantity).append(" |");
            names.forEach(name -> table.append(' ')
                    .append(cell(
                            row.getOrDefault(name, List.of()), row.getOrDefault(base, List.of()), name.equals(base)))
                    .append(" |"));
        });
        return table.toString();
    }

    private static String cell(List<Double> own, List<Double> base, boolean isBase) {
        if (own.isEmpty()) {
            return "";
        }
        String range = text(median(own)) + " (" + text(Collections.min(own)) + "–" + text(Collections.max(own)) + ")";
        if (isBase || base.size() != own.size()) {
            return range;
        }
        List<Double> ratios = IntStream.range(0, own.size())
                .mapToObj(round -> own.get(round) / base.get(round))
                .toList();
        return range + String.format(Locale.ROOT, ", × %.2f", median(ratios));
    }

    private static double median(List<Double> of) {
        List<Double> sorted = of.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
