package io.s3stream.benchmarks.peers.report;

import io.s3stream.benchmarks.peers.worker.Measurement;
import io.s3stream.benchmarks.peers.worker.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Chooses the plots of the report. */
final class Plots {

    private final Results results;

    Plots(Results results) {
        this.results = results;
    }

    List<Plot> all() {
        List<Plot> plots = new ArrayList<>();
        if (!results.sizes().isEmpty()) {
            plots.add(bySize("throughput.png", "Throughput by record size, MB/s", Measurement::megabytesPerSecond));
        }
        Workload paced = results.paced();
        if (paced != null) {
            plots.add(latencies(paced));
        }
        if (!results.sizes().isEmpty()) {
            plots.add(bySize("cpu.png", "Processor time by record size, s/GiB", Measurement::cpuSecondsPerGib));
            plots.add(bySize(
                    "allocation.png",
                    "Heap allocated by record size, bytes per append",
                    Measurement::allocatedPerAppend));
        }
        return plots;
    }

    private Plot bySize(String file, String title, ToDoubleFunction<Measurement> quantity) {
        List<Workload> sizes = results.sizes();
        List<Plot.Series> series = new ArrayList<>();
        for (String contender : results.contenders()) {
            List<@Nullable Spread> bars = new ArrayList<>();
            sizes.forEach(size -> bars.add(bar(results.summary(contender, size), quantity)));
            series.add(new Plot.Series(contender, bars));
        }
        return new Plot(file, title, sizes.stream().map(Workload::size).toList(), series);
    }

    private Plot latencies(Workload paced) {
        List<Plot.Series> series = new ArrayList<>();
        for (String contender : results.contenders()) {
            Summary summary = results.summary(contender, paced);
            List<@Nullable Spread> bars = new ArrayList<>();
            bars.add(bar(summary, Measurement::p50));
            bars.add(bar(summary, Measurement::p99));
            bars.add(bar(summary, Measurement::p999));
            series.add(new Plot.Series(contender, bars));
        }
        String title = "Latency at " + Spread.number(paced.bytesPerSecond() / 1e6) + " MB/s, ms from due time";
        return new Plot("latency.png", title, List.of("p50", "p99", "p99.9"), series);
    }

    private static @Nullable Spread bar(@Nullable Summary summary, ToDoubleFunction<Measurement> quantity) {
        return summary == null || !summary.isMeasured() ? null : summary.spread(quantity);
    }
}
