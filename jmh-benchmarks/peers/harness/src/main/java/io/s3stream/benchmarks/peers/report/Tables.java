package io.s3stream.benchmarks.peers.report;

import io.s3stream.benchmarks.peers.worker.Measurement;
import io.s3stream.benchmarks.peers.worker.Workload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Makes the tables of the report. A cell is a median with its range. */
final class Tables {

    private static final String DISTURBED = " †";
    private static final String NOT_RUN = "–";
    private static final double KEPT_RATE = 0.97;

    private final Results results;

    Tables(Results results) {
        this.results = results;
    }

    List<Table> all() {
        List<Table> tables = new ArrayList<>();
        tables.add(contenders());
        if (!results.sizes().isEmpty()) {
            tables.add(bySize("Throughput, MB/s of payload:", Measurement::megabytesPerSecond));
            tables.add(bySize("Processor time, seconds per GiB:", Measurement::cpuSecondsPerGib));
            tables.add(bySize("Heap allocated, bytes per append:", Measurement::allocatedPerAppend));
        }
        Workload paced = results.paced();
        if (paced != null) {
            tables.add(latencies(paced));
        }
        tables.add(details());
        Table failures = failures();
        if (!failures.rows().isEmpty()) {
            tables.add(failures);
        }
        return tables;
    }

    private Table contenders() {
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.contenders()) {
            rows.add(List.of(contender, results.description(contender)));
        }
        return new Table("The contenders:", List.of("contender", "setup"), rows);
    }

    private Table bySize(String title, ToDoubleFunction<Measurement> quantity) {
        List<Workload> sizes = results.sizes();
        List<String> header = new ArrayList<>(List.of("contender"));
        sizes.forEach(size -> header.add(size.size()));
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.contenders()) {
            List<String> row = new ArrayList<>(List.of(contender));
            sizes.forEach(size -> row.add(cell(results.summary(contender, size), quantity)));
            rows.add(row);
        }
        return new Table(title, header, rows);
    }

    private Table latencies(Workload paced) {
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
        String title = "Latency from due time at " + Spread.number(paced.bytesPerSecond() / 1e6) + " MB/s of "
                + paced.size() + ", milliseconds:";
        return new Table(title, List.of("contender", "p50", "p99", "p99.9", "CPU s/GiB", "MB/s"), rows);
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

    private Table details() {
        List<List<String>> rows = new ArrayList<>();
        for (Workload load : loads()) {
            for (String contender : results.contenders()) {
                Summary summary = results.summary(contender, load);
                if (summary != null && summary.isMeasured()) {
                    rows.add(detail(load, contender, summary));
                }
            }
        }
        return new Table(
                "All loads. Kernel threads, device bytes and flushes are those of the whole machine during the run:",
                List.of(
                        "load",
                        "contender",
                        "appends/s",
                        "collections",
                        "kernel threads, CPU s/GiB",
                        "device bytes per payload byte",
                        "flushes/s",
                        "other work, %",
                        "runs",
                        "disturbed",
                        "notes"),
                rows);
    }

    private List<Workload> loads() {
        List<Workload> loads = new ArrayList<>(results.sizes());
        Workload paced = results.paced();
        if (paced != null) {
            loads.add(paced);
        }
        return loads;
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
                cell(summary, Measurement::kernelSecondsPerGib),
                last.writtenPerByte() < 0 ? NOT_RUN : cell(summary, Measurement::writtenPerByte),
                last.flushesPerSecond() < 0 ? NOT_RUN : cell(summary, Measurement::flushesPerSecond),
                cell(summary, run -> run.foreignShare() * 100),
                Integer.toString(summary.counted().size()),
                Integer.toString(summary.disturbed()),
                String.join("; ", notes));
    }

    private Table failures() {
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.contenders()) {
            for (Workload load : loads()) {
                Summary summary = results.summary(contender, load);
                if (summary != null && summary.failure() != null) {
                    rows.add(List.of(contender, load.isPaced() ? "paced" : load.size(), "`" + quoted(summary) + "`"));
                }
            }
        }
        return new Table("Runs that failed:", List.of("contender", "load", "reason"), rows);
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
}
