package io.s3stream.core.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files before they get their final name. Each is named by a unique version. */
final class TemporaryFiles {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFiles.class);
    private static final Duration STALE = Duration.ofDays(1);

    private final Path directory;
    private final LongSupplier random;

    TemporaryFiles(Path directory, LongSupplier random) {
        this.directory = directory;
        this.random = random;
    }

    ObjectFile.Version nextVersion() {
        return new ObjectFile.Version(random.getAsLong(), random.getAsLong());
    }

    Path path(ObjectFile.Version version) {
        return directory.resolve(version.toString());
    }

    /** Runs {@code action} with a new file. Deletes the temporary name at the end, also after a failure. */
    <T> T with(ObjectFile.Version version, Action<T> action) throws IOException {
        Path file = path(version);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return action.run(file, channel);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Gives {@code file} its name, durably; replaces an existing file. */
    static void rename(Path file, Path target) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        DurableDirectories.sync(DurableDirectories.parent(target));
    }

    /** Gives {@code file} an additional name, durably; returns false if another file has it. */
    static boolean linkIfAbsent(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException e) {
            throw new IOException("the file system has no hard links, which put-if-absent needs: use another one", e);
        }
        DurableDirectories.sync(DurableDirectories.parent(target));
        return true;
    }

    /**
     * Deletes files that were last written a day ago or more. The age is measured by the file system's own clock, from
     * a new file, which also proves that the directory is writable.
     */
    void deleteStale() throws IOException {
        FileTime now = with(nextVersion(), (file, channel) -> Files.getLastModifiedTime(file));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                deleteIfStale(file, now);
            }
        }
    }

    private static void deleteIfStale(Path file, FileTime now) {
        try {
            if (Files.getLastModifiedTime(file).toInstant().plus(STALE).isBefore(now.toInstant())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Most likely its owner has just deleted it. Otherwise the file only wastes space.
            LOG.debug("could not delete the stale temporary file {}", file, e);
        }
    }

    /** An action that writes a new file. */
    interface Action<T> {
        T run(Path file, FileChannel channel) throws IOException;
    }
}
