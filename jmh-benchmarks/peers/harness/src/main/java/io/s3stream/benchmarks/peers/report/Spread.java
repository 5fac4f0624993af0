package io.s3stream.benchmarks.peers.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** The median and the range of a quantity over several runs. */
record Spread(double median, double min, double max) {

    static Spread of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Returns the median with the range after it, if there is one. */
    String text() {
        return min == max ? number(median) : number(median) + " (" + number(min) + "–" + number(max) + ")";
    }

    /** Returns a number with about three digits that count, and blanks between thousands. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value).replace(',', ' ');
    }
}
