package io.s3stream.cli.bench;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        description = "Reads many streams at their end while they are written. Measures from the due time of a"
                + " record to its read.")
final class TailBench implements Callable<Integer> {

    private static final long DEFAULT_RATE = 20 << 20;
    private static final int COLD_STREAMS = 100;
    private static final int ROUNDS = 3;

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(
            names = "--reader-threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of threads for all readers together (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--max-wait",
            paramLabel = "TIME",
            defaultValue = "500ms",
            converter = Parsed.Time.class,
            description = "Longest wait of a poll for data (default: ${DEFAULT-VALUE}).")
    private Duration maxWait = Duration.ofMillis(500);

    @Option(
            names = "--catch-up",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = Parsed.Size.class,
            description = "Measure again while 100 cold streams are read at this many bytes a second.")
    private long catchUp;

    private final Report report;

    TailBench(Output out) {
        this.report = new Report(out);
    }

    @Override
    public Integer call() throws IOException {
        load.paceUnlessGiven(DEFAULT_RATE);
        load.check();
        ExecutorService readers = Executors.newFixedThreadPool(Math.max(1, threads));
        try (Workspace workspace = new Workspace(storage, storage.walCapacity());
                StreamStore store = workspace.open(0, Map.of())) {
            report.line("tail: %s", load);
            report.field("wal", "%s", workspace.walUri(0));
            report.field("objects", "%s", workspace.storage());
            List<Stream> streams = Workspace.openStreams(store, load.streams());
            if (catchUp == 0) {
                measure(store, streams, readers);
            } else {
                measureBoth(store, streams, readers);
            }
            workspace.metrics().print(report);
        } finally {
            readers.shutdown();
        }
        return 0;
    }

    /** Measures in turn without and with readers of cold data. */
    private void measureBoth(StreamStore store, List<Stream> streams, ExecutorService readers) {
        List<Stream> cold = Workspace.openStreams(store, "cold-", COLD_STREAMS);
        new FillOptions().append(cold, () -> false);
        Futures.await(store.flush());
        List<Double> appends = new ArrayList<>();
        List<Double> reads = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            report.line("  round %d, alone", round);
            Measured alone = measure(store, streams, readers);
            report.line("  round %d, with a catch-up", round);
            ColdReaders coldReaders = new ColdReaders(catchUp);
            coldReaders.start(cold);
            Measured disturbed = measure(store, streams, readers);
            report.field("catch-up", "%s MB/s", Report.megabytes(coldReaders.bytesPerSecond()));
            coldReaders.stop();
            appends.add(disturbed.appendMillis() / alone.appendMillis());
            reads.add(disturbed.readMillis() / alone.readMillis());
        }
        report.field("median ratio of p99", "append %.2f, read %.2f", Report.median(appends), Report.median(reads));
    }

    /** The 99th percentiles. */
    private record Measured(double appendMillis, double readMillis) {}

    private Measured measure(StreamStore store, List<Stream> streams, ExecutorService readers) {
        Recorder seen = new Recorder(3);
        List<TailFollower> followers = streams.stream()
                .map(stream -> new TailFollower(stream, readers, Load.into(seen), FetchOptions.longPoll(maxWait)))
                .toList();
        Load appends = new Load(store, streams, load);
        appends.run(Duration.ZERO, load.warmup());
        long readBefore = followers.stream().mapToLong(TailFollower::records).sum();
        long fetchesBefore = followers.stream().mapToLong(TailFollower::fetches).sum();
        seen.getIntervalHistogram();
        Load.Result appended = appends.run(Duration.ZERO, load.duration());
        Histogram fetched = seen.getIntervalHistogram();
        long read = followers.stream().mapToLong(TailFollower::records).sum() - readBefore;
        long fetches = followers.stream().mapToLong(TailFollower::fetches).sum() - fetchesBefore;
        int threads = Thread.activeCount();
        followers.stream().map(TailFollower::stop).toList().forEach(Futures::await);

        double bytes = (double) appended.records() * load.recordBytes();
        report.throughput(appended.records(), bytes, appended.usage().seconds());
        report.field("read", "%d records in %d fetches", read, fetches);
        report.latencies("due to durable", appended.latencies());
        report.latencies("due to read", fetched);
        report.costs(appended.usage(), appended.records(), bytes);
        report.field(
                "processors in use",
                "%.2f, by %d threads",
                appended.usage().cpuNanos() / (double) appended.usage().nanos(),
                threads);
        return new Measured(Report.millis(appended.latencies(), 99), Report.millis(fetched, 99));
    }
}
