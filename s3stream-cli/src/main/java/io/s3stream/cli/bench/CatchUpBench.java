package io.s3stream.cli.bench;

import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.bench.raw.RawObjects;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Writes streams, then reads all of them from objects only, as another node.")
final class CatchUpBench implements Callable<Integer> {

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private FillOptions fill = new FillOptions();

    @Option(
            names = "--readers",
            paramLabel = "N",
            defaultValue = "8",
            description = "Number of streams read at a time (default: ${DEFAULT-VALUE}).")
    private int readers;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--raw", description = "After each round read the object files with as many threads, with CRC32C.")
    private boolean raw;

    private final Report report;

    CatchUpBench(Output out) {
        this.report = new Report(out);
    }

    @Override
    public Integer call() throws IOException {
        if (storage.isDiscard()) {
            throw new ToolException("--discard keeps no object to read");
        }
        try (Workspace workspace = new Workspace(storage, storage.walCapacity())) {
            report.line("catch-up: %d bytes in %d streams, %d at a time", fill.size(), fill.streams(), readers);
            report.field("objects", "%s", workspace.storage());
            try (StreamStore store = workspace.open(0, Map.of())) {
                fill.append(Workspace.openStreams(store, fill.streams()), () -> false);
                Futures.await(store.flush());
            }
            for (int round = 1; round <= rounds; round++) {
                measure(workspace, round);
            }
        }
        return 0;
    }

    private void measure(Workspace workspace, int round) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, readers));
        try (StreamStore store = workspace.open(1, Map.of())) {
            List<StreamReader> streams = IntStream.range(0, fill.streams())
                    .mapToObj(i -> Streams.reader(store, "bench-" + i))
                    .toList();
            Usage before = Usage.of(store);
            List<CompletableFuture<Long>> reading = streams.stream()
                    .map(stream -> CompletableFuture.supplyAsync(() -> read(stream), threads))
                    .toList();
            long records = reading.stream().mapToLong(Futures::await).sum();
            Usage usage = Usage.of(store).since(before);
            double bytes = (double) records * fill.recordBytes();
            if (records != fill.size() / fill.recordBytes()) {
                throw new ToolException("read " + records + " of " + fill.size() / fill.recordBytes() + " records");
            }
            report.line("  round %d", round);
            report.throughput(records, bytes, usage.seconds());
            report.costs(usage, records, bytes);
            if (raw) {
                RawObjects.Result plain = RawObjects.read(workspace.objectDirectory(), threads, readers);
                report.field(
                        "raw with CRC32C",
                        "%s MB/s, %.2f s/GiB; ratio %.2f",
                        Report.megabytes(plain.bytesPerSecond()),
                        plain.cpuSecondsPerGib(),
                        bytes / usage.seconds() / plain.bytesPerSecond());
            }
            if (round == rounds) {
                workspace.metrics().print(report);
            }
        } finally {
            threads.shutdown();
        }
    }

    private long read(StreamReader stream) {
        return Streams.read(stream, stream.startOffset(), stream.confirmOffset(), batch -> {
            if (batch.payload().remaining() != fill.recordBytes()) {
                throw new ToolException("stream=" + stream.id() + " offset=" + batch.baseOffset() + ": wrong length");
            }
        });
    }
}
