package io.s3stream.cli.bench;

import io.s3stream.cli.terminal.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the storage and WAL of a measurement. */
public final class StorageOptions {

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(
            names = "--discard",
            description = "Drop data objects instead of writing them: measures the write path alone.")
    private boolean discard;

    @Option(
            names = "--storage-latency",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = Parsed.Time.class,
            description = "With --discard: latency of each request to the object storage.")
    private Duration latency = Duration.ZERO;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "s3stream-bench",
            description = "A new directory for everything that --store and --wal do not name (default:"
                    + " ./${DEFAULT-VALUE}). The measurement removes it at its end.")
    private Path directory = Path.of("s3stream-bench");

    @Option(names = "--keep", description = "Keep the directory.")
    private boolean keep;

    @Option(
            names = "--wal-capacity",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            converter = Parsed.Size.class,
            description = "Size of the WAL file when --wal is not given (default: ${DEFAULT-VALUE}).")
    private long walCapacity;

    @Option(names = "--inline-callbacks", description = "Complete appends on the thread that has written them.")
    private boolean inlineCallbacks;

    public StoreOptions store() {
        return store;
    }

    public boolean isDiscard() {
        return discard;
    }

    Duration latency() {
        return latency;
    }

    Path directory() {
        return directory;
    }

    public boolean isKeep() {
        return keep;
    }

    boolean hasInlineCallbacks() {
        return inlineCallbacks;
    }

    public long walCapacity() {
        return walCapacity;
    }
}
