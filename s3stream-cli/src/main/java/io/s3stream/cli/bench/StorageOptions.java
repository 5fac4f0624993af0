package io.s3stream.cli.bench;

import io.s3stream.cli.terminal.StoreOptions;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the storage and WAL of a measurement. */
final class StorageOptions {

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
            names = "--keep",
            description =
                    "Keep ./s3stream-bench. A measurement without --store or --wal uses this directory and removes it.")
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

    StoreOptions store() {
        return store;
    }

    boolean isDiscard() {
        return discard;
    }

    Duration latency() {
        return latency;
    }

    boolean isKeep() {
        return keep;
    }

    boolean hasInlineCallbacks() {
        return inlineCallbacks;
    }

    long walCapacity() {
        return walCapacity;
    }
}
