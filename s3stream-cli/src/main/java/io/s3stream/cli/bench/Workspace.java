package io.s3stream.cli.bench;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.text.SafeUri;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.ToolException;
import io.s3stream.spi.storage.ObjectStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The directory and the stores of one measurement. */
public final class Workspace implements AutoCloseable {

    private final StorageOptions options;
    private final Path directory;
    private final long walCapacity;
    private final @Nullable ObjectStorage discarding;
    private final MetricsTable metrics = new MetricsTable();

    /** @param walCapacity size of WAL files in the directory */
    public Workspace(StorageOptions options, long walCapacity) throws IOException {
        this.options = options;
        this.directory = options.directory();
        this.walCapacity = walCapacity;
        this.discarding = options.isDiscard() ? discarding(options.latency()) : null;
        if (discarding == null && !options.latency().isZero()) {
            throw new ToolException("--storage-latency needs --discard: real object storage has its own latency");
        }
        if (Files.exists(directory)) {
            throw new ToolException(directory + " exists: an earlier run left or kept it; remove it");
        }
        Files.createDirectories(directory);
    }

    private static ObjectStorage discarding(Duration latency) {
        ObjectStorage storage = new DiscardingObjectStorage();
        return latency.isZero() ? storage : new DelayedObjectStorage(storage, latency);
    }

    /** Opens the store as a node. Nodes after the first have their WALs in the directory. */
    public StreamStore open(int number, Map<String, String> defaults) {
        return open(number, defaults, opened -> opened);
    }

    /** Opens the store as {@link #open(int, Map)} does, with a wrapper around its object storage. */
    public StreamStore open(int number, Map<String, String> defaults, UnaryOperator<ObjectStorage> wrapper) {
        Map<String, String> preset = new HashMap<>(defaults);
        if (discarding != null) {
            preset.put("compactionEnabled", "false"); // discarded objects cannot be read
        }
        StreamStoreBuilder builder = StreamStore.builder()
                .wal(walUri(number))
                .nodeId(options.store().node() + number)
                .config(options.store().config(preset))
                .metrics(metrics)
                .inlineCallbacks(options.hasInlineCallbacks());
        return (discarding != null
                        ? builder.storage(wrapper.apply(discarding))
                        : builder.storage(storeUri()).wrapStorage(wrapper))
                .open();
    }

    /** Returns the metrics of all stores that were opened here. */
    public MetricsTable metrics() {
        return metrics;
    }

    String storeUri() {
        return options.store().isStoreGiven()
                ? options.store().storeUri()
                : StoreOptions.uri("file", directory.resolve("objects"));
    }

    public String walUri(int number) {
        if (number == 0 && options.store().isWalGiven()) {
            return options.store().walUri();
        }
        return StoreOptions.uri("block", directory.resolve("wal-" + number)) + "?capacity=" + walCapacity;
    }

    public String storage() {
        return discarding != null ? "discarded, " + options.latency().toMillis() + " ms a request" : storeUri();
    }

    /** Returns a path in the directory. */
    Path path(String name) {
        return directory.resolve(name);
    }

    /** Returns a path in the directory of the first WAL, and so on the same medium. */
    Path besideWal(String name) {
        Path wal = Path.of(URI.create(walUri(0)).getPath());
        if (wal.startsWith("/dev")) {
            throw new ToolException("raw writes need a WAL in a file: " + wal + " is a device");
        }
        return wal.resolveSibling(wal.getFileName() + "-" + name);
    }

    /** Returns the directory of the objects, if it is a local one. */
    Path objectDirectory() {
        URI uri = URI.create(storeUri());
        if (!"file".equals(uri.getScheme())) {
            throw new ToolException("raw reads need objects in a local directory, not in " + SafeUri.of(uri));
        }
        return Path.of(uri.getPath());
    }

    static List<Stream> openStreams(StreamStore store, int count) {
        return openStreams(store, "bench-", count);
    }

    public static List<Stream> openStreams(StreamStore store, String prefix, int count) {
        List<CompletableFuture<Stream>> opening = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            opening.add(store.createStream(CreateOptions.named(prefix + i))
                    .thenCompose(id -> store.openStream(id, OpenOptions.owner())));
        }
        return opening.stream().map(Futures::await).toList();
    }

    @Override
    public void close() throws IOException {
        if (!options.isKeep()) {
            List<Path> contents;
            try (var walk = Files.walk(directory)) {
                contents = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : contents) {
                Files.delete(path);
            }
        }
    }
}
