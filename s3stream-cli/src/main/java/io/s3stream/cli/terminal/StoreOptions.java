package io.s3stream.cli.terminal;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.text.SafeUri;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name the store, the WAL and the node. */
public final class StoreOptions {

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");
    private static final Path DEFAULT_DIRECTORY = Path.of("s3stream-data");

    @Option(
            names = "--store",
            paramLabel = "URI",
            description =
                    "The place of the objects: a directory, file:///dir or s3://bucket/prefix?region=…&endpoint=…&"
                            + "pathStyle=true (default: ./s3stream-data/objects).")
    private @Nullable String store;

    @Option(
            names = "--register",
            paramLabel = "URI",
            description = "The place of the head of the metadata, if it is not among the objects:"
                    + " postgresql://user@host/database?store=NAME.")
    private @Nullable String register;

    @Option(
            names = "--wal",
            paramLabel = "URI",
            description =
                    "The write-ahead log: a file or device, block:///path?capacity=1GiB, nfs:///directory, store: or "
                            + "s3://bucket/prefix (default: the file ./s3stream-data/wal-<node>).")
    private @Nullable String wal;

    @Option(
            names = "--wal-fallback",
            paramLabel = "URI",
            description = "The write-ahead log that replaces the first one when it fails.")
    private @Nullable String walFallback;

    @Option(
            names = "--node",
            paramLabel = "N",
            description = "The node id of this process; an id belongs to one process at a time (default: 0)."
                    + " Commands that read are no node without this option.")
    private @Nullable Integer node;

    @Option(
            names = "--read-only",
            description = "Open read-only: no node, no recovery. Safe while nodes are running. Commands that read"
                    + " do so anyway, unless --node is given.")
    private boolean readOnly;

    @Option(
            names = "--config",
            paramLabel = "KEY=VALUE",
            description = "An option of the store's configuration, for example uploadThresholdBytes=16MiB; repeatable.")
    private Map<String, String> config = new LinkedHashMap<>();

    public int node() {
        return node == null ? 0 : node;
    }

    public boolean isReadOnly() {
        return readOnly;
    }

    public boolean isNodeGiven() {
        return node != null;
    }

    public boolean isStoreGiven() {
        return store != null;
    }

    public boolean isWalGiven() {
        return wal != null;
    }

    /** Returns the configuration. Options of the command line override {@code defaults}. */
    public StoreConfig config(Map<String, String> defaults) {
        Map<String, String> all = new LinkedHashMap<>(defaults);
        all.putAll(config);
        return StoreConfig.fromMap(all);
    }

    public String storeUri() {
        return uri(store, DEFAULT_DIRECTORY.resolve("objects"), "file");
    }

    public String walUri() {
        return uri(wal, DEFAULT_DIRECTORY.resolve("wal-" + node()), "block");
    }

    /** Returns a builder for commands that need no WAL and create nothing. */
    public StreamStoreBuilder storageOnly() {
        requireDefaultStore();
        return withRegister(StreamStore.builder().storage(storeUri()).config(config(Map.of())));
    }

    private void requireDefaultStore() {
        if (store == null && !Files.isDirectory(DEFAULT_DIRECTORY.resolve("objects"))) {
            throw new ToolException("there is no store in ./" + DEFAULT_DIRECTORY
                    + ": create one with 's3stream append' or 'create', or name another with --store");
        }
    }

    /** @param mayCreate whether a store may be created in the default directory */
    public StreamStoreBuilder builder(boolean mayCreate) {
        if (!mayCreate) {
            requireDefaultStore();
        }
        if (store == null || wal == null) {
            try {
                Files.createDirectories(DEFAULT_DIRECTORY);
            } catch (IOException e) {
                throw new ToolException("cannot create ./" + DEFAULT_DIRECTORY + ": " + e, e);
            }
        }
        StreamStoreBuilder builder = StreamStore.builder()
                .storage(storeUri())
                .wal(walUri())
                .nodeId(node())
                .config(config(Map.of()));
        withRegister(builder);
        return walFallback == null ? builder : builder.walFallback(walUri(walFallback));
    }

    private StreamStoreBuilder withRegister(StreamStoreBuilder builder) {
        return register == null ? builder : builder.register(register);
    }

    /** Returns the URI of a storage, given as a URI, as a scheme alone, or as the path of a directory. */
    public static URI storeUri(String given) {
        return parse(given, uri(given, Path.of(given), "file"));
    }

    /** Returns the URI of a WAL, given as a URI, as a scheme alone, or as the path of a file or device. */
    public static URI walUri(String given) {
        return parse(given, uri(given, Path.of(given), "block"));
    }

    /** @param given its name in the error message */
    public static URI parse(String given, String uri) {
        try {
            return new URI(uri.endsWith(":") ? uri + "/" : uri);
        } catch (URISyntaxException e) {
            // Not the cause: its message repeats the text, which may hold a secret.
            throw new ToolException("'" + SafeUri.place(given) + "' is no URI: " + e.getReason());
        }
    }

    private static String uri(@Nullable String given, Path standard, String scheme) {
        if (given != null && SCHEME.matcher(given).matches()) {
            return given;
        }
        Path path = given == null ? standard : Path.of(given);
        return uri(scheme, path);
    }

    /** Returns a path as a URI: {@code scheme:///absolute/path}, with escaped special characters. */
    public static String uri(String scheme, Path path) {
        return scheme + "://" + path.toAbsolutePath().normalize().toUri().getRawPath();
    }
}
