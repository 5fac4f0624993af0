package io.s3stream.cli.bench;

import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.cli.bench.raw.RawRecovery;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.ToolException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures a take-over. {@link KilledWriter} is the writer; the taker is another node with the default configuration.
 */
@Command(
        description = "Kills a writer that has uploaded nothing with SIGKILL. Another node takes it over and"
                + " opens its streams. Measures each step. --size=0: streams only, with an empty WAL.")
final class TakeOverBench implements Callable<Integer> {

    private enum Kind {
        block,
        nfs,
        store
    }

    private static final int WRITER = 1;
    private static final long FILE_SYSTEM_BYTES = 1 << 20;

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private FillOptions fill = new FillOptions();

    @Option(
            names = "--kind",
            defaultValue = "block",
            description = "The writer's WAL: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}), in the directory.")
    private Kind kind = Kind.block;

    @Option(names = "--device", paramLabel = "PATH", description = "For block: a device. Its contents are overwritten.")
    private @Nullable Path device;

    @Option(
            names = "--raw",
            description = "For comparison first read the same amount from the WAL and write it to files.")
    private boolean raw;

    private final Report report;

    TakeOverBench(Output out) {
        this.report = new Report(out);
    }

    @Override
    public Integer call() throws IOException {
        if (storage.isDiscard()) {
            throw new ToolException("bench takeover needs objects to recover to");
        }
        report.line(
                "takeover: %d bytes in %d streams, %d byte records", fill.size(), fill.streams(), fill.recordBytes());
        try (Workspace workspace = new Workspace(storage, storage.walCapacity())) {
            String wal = writerWal(workspace);
            report.field("wal", "%s", wal);
            report.field("objects", "%s", workspace.storage());
            KilledWriter.run(fill, workspace.storeUri(), wal, storage.store().node() + WRITER);
            RawRecovery plain = raw ? plain(workspace, wal) : null;
            try (StreamStore store = workspace.open(0, Map.of())) {
                takeOver(store, plain);
                workspace.metrics().print(report);
            }
        }
        return 0;
    }

    private String writerWal(Workspace workspace) throws IOException {
        long capacity = Math.max(1L << 30, KilledWriter.ROOM * fill.size());
        Path path = device != null ? device : workspace.path("wal-of-writer").toAbsolutePath();
        return switch (kind) {
            case block ->
                "block://" + path + "?mode=shared&cells=64&extent=" + capacity
                        + (device != null ? "" : "&capacity=" + (2 * capacity + (64L << 20)));
            case nfs -> "nfs://" + Files.createDirectories(path) + "?capacity=" + capacity;
            case store -> "store:/?capacity=" + capacity;
        };
    }

    private RawRecovery plain(Workspace workspace, String wal) throws IOException {
        List<Path> files = switch (kind) {
            case block -> List.of(Path.of(URI.create(wal).getPath()));
            case nfs -> filesIn(Path.of(URI.create(wal).getPath()));
            case store -> filesIn(workspace.objectDirectory().resolve("wal"));
        };
        RawRecovery plain =
                RawRecovery.measure(workspace.path("raw"), files, kind == Kind.block, fill.size(), 16L << 20);
        report.field("raw read", "%.2f s", plain.readSeconds());
        report.field("raw write", "%.2f s", plain.writeSeconds());
        return plain;
    }

    /** Size of the smallest file to read: frames are large. */
    private static List<Path> filesIn(Path directory) throws IOException {
        try (var walk = Files.walk(directory)) {
            return walk.filter(
                            file -> Files.isRegularFile(file) && file.toFile().length() >= FILE_SYSTEM_BYTES)
                    .toList();
        }
    }

    private void takeOver(StreamStore store, @Nullable RawRecovery plain) {
        TakeOverReport taken;
        System.gc(); // so that unreachable direct memory does not count
        Usage before = Usage.of(store);
        try (DirectMemory memory = new DirectMemory()) {
            taken = Futures.await(store.takeOver(storage.store().node() + WRITER));
            report.field("direct memory", "%s MB more at most", Report.megabytes(memory.peak()));
        }
        Usage used = Usage.of(store).since(before);
        long began = System.nanoTime();
        List<CompletableFuture<Stream>> opening = Streams.all(store, "bench-").stream()
                .map(StreamInfo::id)
                .map(id -> store.openStream(id, OpenOptions.owner()))
                .toList();
        List<Stream> streams = opening.stream().map(Futures::await).toList();
        double openSeconds = (System.nanoTime() - began) / 1e9;
        long records = streams.stream().mapToLong(Stream::confirmOffset).sum();
        long promised = fill.size() / fill.recordBytes();
        if (records < promised || streams.size() < fill.streams()) {
            throw new ToolException(promised + " records in " + fill.streams() + " streams were acknowledged, "
                    + records + " in " + streams.size() + " were recovered");
        }
        double bytes = (double) records * fill.recordBytes();
        report.field("taken over", "%d records, %s MB, %d streams", records, Report.megabytes(bytes), taken.streams());
        report.field("fence", "%.3f s", seconds(taken.fencing()));
        report.field("replay", "%.3f s", seconds(taken.replaying()));
        report.field("upload", "%.3f s more", seconds(taken.uploading()));
        report.field("commit", "%.3f s", seconds(taken.committing()));
        report.field("total", "%.3f s", seconds(taken.total()));
        report.field("cpu", "%.2f s", used.cpuNanos() / 1e9);
        report.field("open of all streams", "%.3f s", openSeconds);
        if (plain != null && bytes > 0) {
            report.field("ratio", "%.2f × the slower of raw read and write", seconds(taken.total()) / plain.slower());
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
