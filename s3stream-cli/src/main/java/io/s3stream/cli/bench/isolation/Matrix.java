package io.s3stream.cli.bench.isolation;

import io.s3stream.cli.bench.Report;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Prints rows as a table, two lines and the proof for each. Stateless but for the output. */
final class Matrix {

    private static final String ROW = "  %-11s %-7s %-28s %-28s %6s  %-16s %s";

    private final Report report;
    private final double limit;

    /** @param limit greatest ratio that counts as isolated */
    Matrix(Report report, double limit) {
        this.report = report;
        this.limit = limit;
    }

    void print(List<RowResult> rows) {
        report.line(
                ROW,
                "disturbance",
                "latency",
                "quiet p50 / p99 / max",
                "disturbed p50 / p99 / max",
                "p99 ×",
                "range of rounds",
                String.format(Locale.ROOT, "≤ %.2f", limit));
        rows.forEach(row -> {
            print(row, row.kind().label(), "append", PhaseResult::appends);
            print(row, "", "read", PhaseResult::reads);
            report.line("  %-11s %s", "", row.allDisturbed().proof());
        });
    }

    private void print(RowResult row, String label, String latency, Function<PhaseResult, Histogram> latencies) {
        List<Double> ratios = row.ratios(latencies);
        double median = Report.median(ratios);
        report.line(
                ROW,
                label,
                latency,
                millis(latencies.apply(row.allQuiet())),
                millis(latencies.apply(row.allDisturbed())),
                String.format(Locale.ROOT, "%.2f", median),
                String.format(Locale.ROOT, "%.2f to %.2f", Collections.min(ratios), Collections.max(ratios)),
                median <= limit ? "yes" : "no");
    }

    private static String millis(Histogram nanos) {
        return String.format(
                Locale.ROOT,
                "%.2f / %.2f / %.2f ms",
                Report.millis(nanos, 50),
                Report.millis(nanos, 99),
                nanos.getMaxValue() / 1e6);
    }
}
