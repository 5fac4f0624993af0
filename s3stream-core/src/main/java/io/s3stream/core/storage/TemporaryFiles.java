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

/** Files that do not have their name yet, each named by a version that nobody else uses. */
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

    /** Runs {@code action} with a new file, which is gone afterwards under its temporary name, whatever happens. */
    <T> T with(ObjectFile.Version version, Action<T> action) throws IOException {
        Path file = path(version);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return action.run(file, channel);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Gives {@code file} its name, durably, in place of what has it now. */
    static void rename(Path file, Path target) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        DurableDirectories.sync(DurableDirectories.parent(target));
    }

    /** Gives {@code file} its name too, durably; false if another file has it. */
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
     * Deletes what was last written to a day ago or more. The age is told by the file system's own clock, from a file
     * made now, which also proves that the directory can be written.
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
            // Most likely its owner was faster. If not, it wastes space and nothing else.
            LOG.debug("could not delete the left-over file {}", file, e);
        }
    }

    /** Something that writes a new file. */
    interface Action<T> {
        T run(Path file, FileChannel channel) throws IOException;
    }
}
