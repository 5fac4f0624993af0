package io.s3stream.cli.bench;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.cli.bench.raw.RawRecovery;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.ToolException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a recovery. {@link KilledWriter} is the writer; the recovering store has the default configuration. */
@Command(description = "Kills a writer that has uploaded nothing with SIGKILL, and measures the open that recovers it.")
final class RecoverBench implements Callable<Integer> {

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private FillOptions fill = new FillOptions();

    @Option(
            names = "--raw",
            description = "For comparison read the same amount from the WAL file and write it to files.")
    private boolean raw;

    private final Report report;

    RecoverBench(Output out) {
        this.report = new Report(out);
    }

    @Override
    public Integer call() throws IOException {
        if (storage.isDiscard() || storage.store().isWalGiven()) {
            throw new ToolException("bench recover needs objects to recover to, and a WAL file of its own size");
        }
        report.line(
                "recover: %d bytes in %d streams, %d byte records", fill.size(), fill.streams(), fill.recordBytes());
        try (Workspace workspace = new Workspace(storage, KilledWriter.ROOM * fill.size())) {
            report.field("wal", "%s", workspace.walUri(0));
            report.field("objects", "%s", workspace.storage());
            KilledWriter.run(
                    fill,
                    workspace.storeUri(),
                    workspace.walUri(0),
                    storage.store().node());
            long began = System.nanoTime();
            try (StreamStore store = workspace.open(0, Map.of())) {
                measured(workspace, store, (System.nanoTime() - began) / 1e9);
                workspace.metrics().print(report);
            }
        }
        return 0;
    }

    private void measured(Workspace workspace, StreamStore store, double seconds) throws IOException {
        long promised = fill.size() / fill.recordBytes();
        long records = Streams.all(store, "bench-").stream()
                .mapToLong(StreamInfo::committedEnd)
                .sum();
        if (records < promised) {
            throw new ToolException(promised + " records were acknowledged, " + records + " were recovered");
        }
        double bytes = (double) records * fill.recordBytes();
        report.field("recovered", "%d records, %s MB in %.2f s", records, Report.megabytes(bytes), seconds);
        report.field("speed", "%s MB/s", Report.megabytes(bytes / seconds));
        if (raw) {
            RawRecovery plain = RawRecovery.measure(
                    workspace.besideWal("raw"),
                    List.of(Path.of(URI.create(workspace.walUri(0)).getPath())),
                    true,
                    (long) bytes,
                    64L << 20);
            report.field("raw read", "%.2f s", plain.readSeconds());
            report.field("raw write", "%.2f s", plain.writeSeconds());
            report.field("ratio", "%.2f × the slower of both", seconds / plain.slower());
        }
    }
}
