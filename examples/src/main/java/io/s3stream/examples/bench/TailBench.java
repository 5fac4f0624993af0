package io.s3stream.examples.bench;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.examples.terminal.Futures;
import io.s3stream.examples.terminal.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.HdrHistogram.Recorder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Reads many streams at their end while they are written: from due to seen by the reader.")
final class TailBench implements Callable<Integer> {

    private static final long DEFAULT_RATE = 20 << 20;

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(
            names = "--reader-threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads on which all readers together run (default: ${DEFAULT-VALUE}).")
    private int threads;

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
            measure(store, Workspace.openStreams(store, load.streams()), readers);
            workspace.metrics().print(report);
        } finally {
            readers.shutdown();
        }
        return 0;
    }

    private void measure(StreamStore store, List<Stream> streams, ExecutorService readers) {
        Recorder seen = new Recorder(3);
        List<TailFollower> followers = streams.stream()
                .map(stream -> new TailFollower(stream, readers, seen))
                .toList();
        Load appends = new Load(store, streams, load);
        appends.run(Duration.ZERO, load.warmup());
        long readBefore = followers.stream().mapToLong(TailFollower::records).sum();
        long fetchesBefore = followers.stream().mapToLong(TailFollower::fetches).sum();
        seen.getIntervalHistogram();
        Load.Result appended = appends.run(Duration.ZERO, load.duration());
        followers.forEach(follower -> Futures.await(follower.stop()));
        long read = followers.stream().mapToLong(TailFollower::records).sum() - readBefore;
        long fetches = followers.stream().mapToLong(TailFollower::fetches).sum() - fetchesBefore;

        double bytes = (double) appended.records() * load.recordBytes();
        report.throughput(appended.records(), bytes, appended.usage().seconds());
        report.field("read", "%d records in %d fetches", read, fetches);
        report.latencies("due to durable", appended.latencies());
        report.latencies("due to read", seen.getIntervalHistogram());
        report.costs(appended.usage(), appended.records(), bytes);
    }
}
