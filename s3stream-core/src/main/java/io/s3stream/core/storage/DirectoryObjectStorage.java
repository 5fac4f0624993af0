package io.s3stream.core.storage;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.storage.support.Extent;
import io.s3stream.spi.storage.support.ObjectKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects as files of a local directory. Durable, and safe with any number of processes of one machine, each killed at
 * any moment.
 *
 * <p>A put writes a temporary file, forces it to the disk, gives it its name (by rename; by link if the condition is
 * absence) and forces the directory. A reader therefore sees all of an object or nothing. An operation that compares
 * and then renames, and any operation that could interfere between the two, holds the {@linkplain KeyLocks lock} of the
 * key. That costs microseconds, because the content is already written. {@link ObjectFile} describes how versions are
 * kept, {@link DirectoryLayout} how files are named. Empty directories stay. A killed put leaves a temporary file,
 * which a storage opened a day later deletes. An abandoned upload in parts stays until it is aborted, see {@link
 * PartFiles}.
 *
 * <p>Thread-safe. All I/O runs on the given executor; futures complete on its threads.
 */
public final class DirectoryObjectStorage implements ObjectStorage {

    private static final int PAGE = 1000;

    private final Path root;
    private final IoExecutor io;
    private final ByteBufAllocator allocator;
    private final DirectoryLayout layout;
    private final KeyLocks locks;
    private final DurableDirectories directories;
    private final TemporaryFiles temporary;
    private final PartFiles parts;
    private final ScratchBuffers scratch = new ScratchBuffers();

    /** Set before the storage is shared. */
    private DirectWrites direct = DirectWrites.none();

    private DirectoryObjectStorage(Path root, IoExecutor io, ByteBufAllocator allocator, LongSupplier random) {
        this.root = root;
        this.io = io;
        this.allocator = allocator;
        this.layout = new DirectoryLayout(root);
        this.locks = new KeyLocks(layout.locks());
        this.directories = new DurableDirectories(root);
        this.temporary = new TemporaryFiles(layout.temporaryFiles(), random);
        this.parts = new PartFiles(layout.parts(), temporary);
    }

    /**
     * Opens a directory, and creates it if it does not exist. Blocks the calling thread for some file operations.
     *
     * @param io closed with the storage
     * @param allocator of the contents; the receiver of a content releases it
     * @param random for versions, which must be unique among all processes
     * @throws io.s3stream.api.errors.InvalidRequestException if the path is not a directory or is not writable
     * @throws io.s3stream.api.errors.StorageException if the file system fails
     */
    public static DirectoryObjectStorage open(
            Path directory, IoExecutor io, ByteBufAllocator allocator, LongSupplier random) {
        Path root = FileErrors.translated("open", directory, () -> {
            Files.createDirectories(directory);
            return directory.toRealPath();
        });
        var storage = new DirectoryObjectStorage(root, io, allocator, random);
        FileErrors.translated("open", root, () -> {
            storage.directories.ensure(storage.layout.locks());
            storage.directories.ensure(storage.layout.temporaryFiles());
            storage.directories.ensure(storage.layout.parts());
            storage.temporary.deleteStale();
            storage.direct = DirectWrites.probe(storage.temporary);
            return root;
        });
        return storage;
    }

    /**
     * Opens a directory read-only: creates, writes and deletes nothing. Otherwise like {@link #open}.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException if there is no such directory
     */
    public static DirectoryObjectStorage openReadOnly(
            Path directory, IoExecutor io, ByteBufAllocator allocator, LongSupplier random) {
        if (!Files.isDirectory(directory)) {
            throw new InvalidRequestException("there is no store here: no meta/head, for directory=" + directory
                    + " does not exist; name the store's directory");
        }
        return new DirectoryObjectStorage(
                FileErrors.translated("open", directory, directory::toRealPath), io, allocator, random);
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return submit("put", key, () -> {
            Path target = layout.file(ObjectKeys.check(key));
            if (!holds(condition, target)) {
                return Optional.empty();
            }
            ObjectFile.Version version = temporary.nextVersion();
            return temporary.with(version, (file, channel) -> {
                write(file, channel, ObjectFile.header(version, body.length()), body);
                return publish(key, file, channel, condition) ? Optional.of(version.toString()) : Optional.empty();
            });
        });
    }

    private void write(Path file, FileChannel channel, ByteBuffer header, ObjectBody body) throws IOException {
        if (direct.serves(body)) {
            direct.write(file, channel, header, body);
            return;
        }
        ObjectFile.writeFully(channel, header);
        scratch.lend(body, memory -> ObjectFile.writeBody(channel, body, memory));
    }

    /** Gives a complete temporary file its name, if the condition holds at that time. */
    boolean publish(String key, Path file, FileChannel channel, PutCondition condition) throws IOException {
        channel.force(true);
        Path target = layout.file(key);
        directories.ensure(DurableDirectories.parent(target));
        if (condition instanceof PutCondition.IfAbsent) {
            return TemporaryFiles.linkIfAbsent(file, target);
        }
        return locks.locked(key, () -> {
            if (!holds(condition, target)) {
                return false;
            }
            TemporaryFiles.rename(file, target);
            return true;
        });
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return submit("get", key, () -> {
            Path file = layout.file(ObjectKeys.check(key));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                return Optional.of(content(file, channel, key, range));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return submit("get", key, () -> {
            Path file = layout.file(ObjectKeys.check(key));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (ObjectFile.readHeader(file, channel).version().equals(version)) {
                    return new ConditionalContent.Unchanged();
                }
                return new ConditionalContent.Changed(content(file, channel, key, ByteRange.WHOLE));
            } catch (NoSuchFileException e) {
                return new ConditionalContent.Missing();
            }
        });
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return submit("head", key, () -> Optional.ofNullable(summary(ObjectKeys.check(key))));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return submit("list", prefix, () -> {
            ObjectKeys.checkPrefix(prefix);
            int atMost = Math.min(ObjectKeys.checkLimit(limit), PAGE);
            List<ObjectSummary> page = new ArrayList<>();
            List<String> keys = layout.list(prefix, startAfter, atMost);
            while (page.isEmpty() && !keys.isEmpty()) {
                for (String key : keys) {
                    ObjectSummary summary = listed(key);
                    if (summary != null) {
                        page.add(summary);
                    }
                }
                if (page.isEmpty()) {
                    // All were deleted since. An empty page would mean that no keys follow.
                    keys = layout.list(prefix, keys.get(keys.size() - 1), atMost);
                }
            }
            return page;
        });
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        return submit("delete", all.isEmpty() ? "" : all.get(0), () -> {
            all.forEach(ObjectKeys::check);
            Map<String, String> failed = new LinkedHashMap<>();
            Set<Path> changed = new LinkedHashSet<>();
            for (String key : all) {
                Path file = layout.file(key);
                try {
                    if (locks.locked(key, () -> Files.deleteIfExists(file))) {
                        changed.add(DurableDirectories.parent(file));
                    }
                } catch (IOException e) {
                    failed.put(key, FileErrors.describe(e));
                }
            }
            for (Path directory : changed) {
                DurableDirectories.sync(directory);
            }
            return failed;
        });
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return submit(
                "begin", key, () -> new DirectoryMultipart(this, temporary, parts, parts.begin(ObjectKeys.check(key))));
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return submit("list", prefix, () -> parts.list(ObjectKeys.checkPrefix(prefix)));
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return submit("abort", upload.key(), () -> {
                    parts.end(upload);
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public void close() {
        io.close();
    }

    Path file(String key) {
        return layout.file(key);
    }

    <T> CompletableFuture<T> submit(String operation, String key, KeyLocks.IoAction<T> action) {
        return io.submit(operation, () -> FileErrors.translated(operation + " object=" + key, root, action));
    }

    private ObjectContent content(Path file, FileChannel channel, String key, ByteRange range) throws IOException {
        ObjectFile.Header header = ObjectFile.readHeader(file, channel);
        Extent extent = Extent.of(key, range, header.size());
        return new ObjectContent(
                ObjectFile.readContent(file, channel, extent, allocator),
                extent.from(),
                header.size(),
                header.version());
    }

    /** Lists a damaged or foreign file without a version, because it must not end the listing of the others. */
    private @Nullable ObjectSummary listed(String key) {
        if (DirectoryLayout.isForeign(key)) {
            return new ObjectSummary(key, layout.foreignFile(key).toFile().length(), "");
        }
        try {
            return summary(key);
        } catch (IOException | CorruptedDataException e) {
            return new ObjectSummary(key, layout.file(key).toFile().length(), "");
        }
    }

    private @Nullable ObjectSummary summary(String key) throws IOException {
        Path file = layout.file(key);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ObjectFile.Header header = ObjectFile.readHeader(file, channel);
            return new ObjectSummary(key, header.size(), header.version());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static boolean holds(PutCondition condition, Path target) throws IOException {
        if (condition instanceof PutCondition.IfVersion expected) {
            try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ)) {
                return ObjectFile.readHeader(target, channel).version().equals(expected.version());
            } catch (NoSuchFileException e) {
                return false;
            }
        }
        return condition instanceof PutCondition.Always || !Files.exists(target);
    }
}
