package io.s3stream.core.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes names in directories survive a power loss. Directories are never removed, so a durable one stays durable. */
final class DurableDirectories {

    private final Path root;
    private final Set<Path> durable = ConcurrentHashMap.newKeySet();

    /** @param root exists */
    DurableDirectories(Path root) {
        this.root = root;
    }

    /** Makes {@code directory}, below the root, and its parents durable; creates them if necessary. */
    void ensure(Path directory) throws IOException {
        if (directory.equals(root) || durable.contains(directory)) {
            return;
        }
        Path parent = parent(directory);
        ensure(parent);
        Files.createDirectories(directory);
        // Also if it existed: its creator may not have synced the parent yet.
        sync(parent);
        durable.add(directory);
    }

    /** Returns the directory of a file or directory below the root. */
    static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent(), "a path below the root has a parent");
    }

    /** Makes durable all names written, changed or removed in {@code directory} so far. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
