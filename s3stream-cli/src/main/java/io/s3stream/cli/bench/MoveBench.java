package io.s3stream.cli.bench;

import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves a stream between two stores of this process, which share an object storage. */
@Command(description = "Measures the time to move a stream, with appends, from one node to another.")
final class MoveBench implements Callable<Integer> {

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "200",
            description = "Number of moves (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "1MiB",
            converter = Parsed.Size.class,
            description = "Payload bytes appended to the stream before each move (default: ${DEFAULT-VALUE}).")
    private long size;

    private final Report report;

    MoveBench(Output out) {
        this.report = new Report(out);
    }

    @Override
    public Integer call() throws IOException {
        report.line("move: %d times, %d bytes not uploaded before each", rounds, size);
        Histogram closing = new Histogram(3);
        Histogram opening = new Histogram(3);
        Histogram moving = new Histogram(3);
        try (Workspace workspace = new Workspace(storage, storage.walCapacity());
                StreamStore first = workspace.open(0, Map.of());
                StreamStore second = workspace.open(1, Map.of())) {
            Stream stream = Workspace.openStreams(first, 1).get(0);
            RecordBatch batch = RecordBatch.of(ByteBuffer.allocate(4096), System.currentTimeMillis());
            for (int round = 0; round < rounds; round++) {
                Window window = new Window(64);
                for (long bytes = 0; bytes < size; bytes += 4096) {
                    window.add(stream.append(batch));
                }
                window.finish();
                StreamStore next = round % 2 == 0 ? second : first;
                long began = System.nanoTime();
                Futures.await(stream.close());
                long closed = System.nanoTime();
                stream = Futures.await(next.openStream(stream.id(), OpenOptions.owner()));
                long opened = System.nanoTime();
                closing.recordValue(closed - began);
                opening.recordValue(opened - closed);
                moving.recordValue(opened - began);
            }
        }
        report.latencies("close on old node", closing);
        report.latencies("open on new node", opening);
        report.latencies("both", moving);
        return 0;
    }
}
