package io.s3stream.benchmarks.peers.report;

import io.s3stream.benchmarks.peers.worker.Measurement;
import io.s3stream.benchmarks.peers.worker.Workload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Writes the results as Markdown tables. A cell is a median with its range. */
final class Tables {

    private static final String DISTURBED = " †";
    private static final String NOT_RUN = "–";
    private static final double KEPT_RATE = 0.97;

    private final Results results;

    Tables(Results results) {
        this.results = results;
    }

    String markdown() {
        StringBuilder out = new StringBuilder();
        contenders(out);
        bySize(out, "Throughput, MB/s of payload:", Measurement::megabytesPerSecond);
        bySize(out, "Processor time of the process, seconds per GiB:", Measurement::cpuSecondsPerGib);
        bySize(out, "Heap allocated, bytes per append:", Measurement::allocatedPerAppend);
        latencies(out);
        details(out);
        failures(out);
        return out.toString();
    }

    private void contenders(StringBuilder out) {
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.contenders()) {
            rows.add(List.of(contender, results.description(contender)));
        }
        table(out, List.of("contender", "setup"), rows);
    }

    private void bySize(StringBuilder out, String title, ToDoubleFunction<Measurement> quantity) {
        List<Workload> sizes = results.sizes();
        if (sizes.isEmpty()) {
            return;
        }
        List<String> header = new ArrayList<>(List.of("contender"));
        sizes.forEach(size -> header.add(size.size()));
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.contenders()) {
            List<String> row = new ArrayList<>(List.of(contender));
            sizes.forEach(size -> row.add(cell(results.summary(contender, size), quantity)));
            rows.add(row);
        }
        out.append(title).append("\n\n");
        table(out, header, rows);
    }

    private void latencies(StringBuilder out) {
        Workload paced = results.paced();
        if (paced == null) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.contenders()) {
            Summary summary = results.summary(contender, paced);
            rows.add(List.of(
                    contender,
                    cell(summary, Measurement::p50),
                    cell(summary, Measurement::p99),
                    cell(summary, Measurement::p999),
                    cell(summary, Measurement::cpuSecondsPerGib),
                    rate(summary, paced)));
        }
        out.append("Latency from due time at ")
                .append(Spread.number(paced.bytesPerSecond() / 1e6))
                .append(" MB/s of ")
                .append(paced.size())
                .append(", milliseconds:\n\n");
        table(out, List.of("contender", "p50", "p99", "p99.9", "CPU s/GiB", "MB/s"), rows);
    }

    /** Returns the reached rate, marked if it is below the wanted one: latencies then grow with the time. */
    private static String rate(@Nullable Summary summary, Workload paced) {
        String reached = cell(summary, Measurement::megabytesPerSecond);
        if (summary == null || !summary.isMeasured()) {
            return reached;
        }
        double share = summary.spread(Measurement::megabytesPerSecond).median() * 1e6 / paced.bytesPerSecond();
        return share < KEPT_RATE ? reached + ", too slow" : reached;
    }

    private void details(StringBuilder out) {
        List<Workload> loads = new ArrayList<>(results.sizes());
        Workload paced = results.paced();
        if (paced != null) {
            loads.add(paced);
        }
        List<List<String>> rows = new ArrayList<>();
        for (Workload load : loads) {
            for (String contender : results.contenders()) {
                Summary summary = results.summary(contender, load);
                if (summary != null && summary.isMeasured()) {
                    rows.add(detail(load, contender, summary));
                }
            }
        }
        out.append("All loads. Device bytes and flushes are those of the whole machine during the run:\n\n");
        table(
                out,
                List.of(
                        "load",
                        "contender",
                        "appends/s",
                        "collections",
                        "device bytes per payload byte",
                        "flushes/s",
                        "other work, %",
                        "runs",
                        "disturbed",
                        "notes"),
                rows);
    }

    private static List<String> detail(Workload load, String contender, Summary summary) {
        Set<String> notes = new LinkedHashSet<>();
        Measurement last = summary.counted().get(summary.counted().size() - 1);
        last.notes().forEach((name, value) -> notes.add(name + " " + value));
        return List.of(
                load.isPaced() ? "paced" : load.size(),
                contender,
                cell(summary, Measurement::appendsPerSecond),
                cell(summary, run -> run.usage().collections()),
                last.writtenPerByte() < 0 ? NOT_RUN : cell(summary, Measurement::writtenPerByte),
                last.flushesPerSecond() < 0 ? NOT_RUN : cell(summary, Measurement::flushesPerSecond),
                cell(summary, run -> run.foreignShare() * 100),
                Integer.toString(summary.counted().size()),
                Integer.toString(summary.disturbed()),
                String.join("; ", notes));
    }

    private void failures(StringBuilder out) {
        List<List<String>> rows = new ArrayList<>();
        List<Workload> loads = new ArrayList<>(results.sizes());
        Workload paced = results.paced();
        if (paced != null) {
            loads.add(paced);
        }
        for (String contender : results.contenders()) {
            for (Workload load : loads) {
                Summary summary = results.summary(contender, load);
                if (summary != null && summary.failure() != null) {
                    rows.add(List.of(contender, load.isPaced() ? "paced" : load.size(), "`" + quoted(summary) + "`"));
                }
            }
        }
        if (!rows.isEmpty()) {
            out.append("Runs that failed:\n\n");
            table(out, List.of("contender", "load", "reason"), rows);
        }
    }

    private static String quoted(Summary summary) {
        return String.valueOf(summary.failure()).replace('|', '/').replace('`', '\'');
    }

    private static String cell(@Nullable Summary summary, ToDoubleFunction<Measurement> quantity) {
        if (summary == null) {
            return NOT_RUN;
        }
        if (!summary.isMeasured()) {
            return "failed";
        }
        return summary.spread(quantity).text() + (summary.isDisturbed() ? DISTURBED : "");
    }

    private static void table(StringBuilder out, List<String> header, List<List<String>> rows) {
        line(out, header);
        line(out, header.stream().map(column -> "---").toList());
        rows.forEach(row -> line(out, row));
        out.append('\n');
    }

    private static void line(StringBuilder out, List<String> cells) {
        out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
