package io.s3stream.cli.bench;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.bench.raw.RawFile;
import io.s3stream.cli.terminal.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Appends to many streams; --raw compares with plain writes to the same medium.")
final class AppendBench implements Callable<Integer> {

    private static final Duration SETTLE = Duration.ofMillis(300);
    private static final Pattern IN_FLIGHT = Pattern.compile("[?&]maxInFlight=(\\d{1,3})(&|$)");
    private static final int DEFAULT_IN_FLIGHT = 8;
    private static final int IN_FLIGHT_BYTES = 8 << 20;

    /** As much as a write cache of the default size. */
    private static final int RAW_MEMORY = (int) StoreConfig.defaults().writeCacheBytes();

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds, with raw writes in between (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--raw",
            description = "After each round write frames of the same average size directly and synchronously, with"
                    + " as many in flight, to a file of the same size in the directory of the WAL. The memory is as"
                    + " large as a write cache; the last line compares with one hot buffer for each writer.")
    private boolean raw;

    private final Report report;
    private final List<Double> hot = new ArrayList<>(); // ratios to writes of hot buffers

    AppendBench(Output out) {
        this.report = new Report(out);
    }

    @Override
    public Integer call() throws IOException {
        load.check();
        try (Workspace workspace = new Workspace(storage, storage.walCapacity());
                StreamStore store = workspace.open(0, Map.of())) {
            report.line("append: %s", load);
            report.field("wal", "%s", workspace.walUri(0));
            report.field("objects", "%s", workspace.storage());
            Load appends = new Load(store, Workspace.openStreams(store, load.streams()), load);
            appends.run(Duration.ZERO, load.warmup());
            if (raw) {
                try (RawFile file = new RawFile(workspace.besideWal("raw"), storage.walCapacity(), RAW_MEMORY)) {
                    measure(appends, file, depth(workspace.walUri(0)));
                }
            } else {
                measure(appends, null, 0);
            }
            workspace.metrics().print(report);
        }
        return 0;
    }

    private void measure(Load appends, @Nullable RawFile file, int wantedDepth) {
        Duration time = load.duration().dividedBy(Math.max(1, rounds));
        List<Double> speeds = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<Load.Result> results = new ArrayList<>();
        for (int round = 1; round <= Math.max(1, rounds); round++) {
            Load.Result result = appends.run(SETTLE, time);
            results.add(result);
            double speed = result.recordsPerSecond() * load.recordBytes();
            speeds.add(speed / 1e6);
            if (file == null) {
                report.line("  round %d: %s MB/s", round, Report.megabytes(speed));
            } else {
                ratios.add(compare(round, result, speed, file, wantedDepth, time));
            }
        }
        Load.Result all = results.stream().reduce(Load.Result::plus).orElseThrow();
        double bytes = (double) all.records() * load.recordBytes();
        report.throughput(all.records(), bytes, all.usage().seconds());
        report.field("median of rounds", "%.1f MB/s", Report.median(speeds));
        if (file != null) {
            report.field("median ratio to raw", "%.2f", Report.median(ratios));
            if (!hot.isEmpty()) {
                report.field("median ratio to raw, hot buffers", "%.2f", Report.median(hot));
            }
        }
        Usage usage = all.usage();
        report.field(
                "frames",
                "%.0f a second, %.0f bytes on average",
                usage.frames() / usage.seconds(),
                (double) usage.frameBytes() / Math.max(1, usage.frames()));
        report.latencies(load.isPaced() ? "latency since due" : "latency (sampled)", all.latencies());
        report.costs(usage, all.records(), bytes);
    }

    /** Runs a round of raw writes. Returns the ratio of throughputs, or of median latencies when there is a rate. */
    private double compare(int round, Load.Result result, double speed, RawFile file, int wantedDepth, Duration time) {
        int frame = result.usage().blocksOfAverageFrame();
        int depth = Math.max(1, Math.min(wantedDepth, IN_FLIGHT_BYTES / frame));
        double interval = load.isPaced()
                ? (double) result.usage().nanos() / Math.max(1, result.usage().frames())
                : 0;
        RawFile.Result plain = file.run(frame, depth, interval, time, RawFile.Source.DISTINCT);
        if (!load.isPaced()) {
            hot.add(speed / file.run(frame, depth, 0, time, RawFile.Source.HOT).bytesPerSecond());
        }
        double medians = Report.millis(result.latencies(), 50) / Report.millis(plain.latencies(), 50);
        double tails = Report.millis(result.latencies(), 99) / Report.millis(plain.latencies(), 99);
        double ratio = load.isPaced() ? medians : speed / plain.bytesPerSecond();
        report.line(
                "  round %d: %s MB/s, raw %s MB/s (%d bytes, %d in flight), %s %.2f",
                round,
                Report.megabytes(speed),
                Report.megabytes(plain.bytesPerSecond()),
                frame,
                depth,
                load.isPaced() ? "latency ratio p50" : "ratio",
                ratio);
        if (load.isPaced()) {
            report.latencies("  raw latency", plain.latencies());
            report.field("  latency ratio p99", "%.2f", tails);
        }
        return ratio;
    }

    private static int depth(String walUri) {
        Matcher given = IN_FLIGHT.matcher(walUri);
        return given.find() ? Integer.parseInt(given.group(1)) : DEFAULT_IN_FLIGHT;
    }
}
