package io.s3stream.wal.block.device;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.runtime.DirectIo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens files and block devices of this machine, for direct and synchronous I/O. Stateless. */
public final class FileDeviceSource implements DeviceSource {

    private static final Logger log = LoggerFactory.getLogger(FileDeviceSource.class);

    /** A new file in this directory would be in memory, and its path is a mistyped device name. */
    private static final Path DEVICES = Path.of("/dev");

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final ProcessTable processes = new LinuxProcesses();
    private final Channels channels;
    private final Space space;

    /** Opens channels. A test refuses direct I/O, as some file systems do. */
    public interface Channels {
        FileChannel open(Path path, Set<OpenOption> options) throws IOException;
    }

    /** Tells the room in a file system. A test has less. */
    public interface Space {
        /** Returns the bytes that may still be written to the file system of {@code path}. */
        long usableBytes(Path path) throws IOException;
    }

    public FileDeviceSource() {
        this(FileChannel::open);
    }

    public FileDeviceSource(Channels channels) {
        this(channels, FileDeviceSource::usableBytes);
    }

    public FileDeviceSource(Channels channels, Space space) {
        this.channels = channels;
        this.space = space;
    }

    private static long usableBytes(Path path) throws IOException {
        FileStore store = Files.getFileStore(path);
        return store.getTotalSpace() == 0 ? Long.MAX_VALUE : store.getUsableSpace(); // some file systems do not count
    }

    /** Follows links as far as the path exists, so that two names of a device become one. */
    @Override
    public Path canonical(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            log.debug("{} does not exist yet: {}", path, e.toString());
        }
        Path directory = path.getParent();
        try {
            return directory == null ? path : directory.toRealPath().resolve(path.getFileName());
        } catch (IOException e) {
            log.debug("{} does not exist yet: {}", directory, e.toString());
            return path;
        }
    }

    @Override
    public ProcessTable processes() {
        return processes;
    }

    @Override
    public BlockDevice openForReading(Path path) throws IOException {
        try {
            return openExisting(path, false, true);
        } catch (FileSystemException | UnsupportedOperationException e) {
            throw unusable(path, false, "cannot be opened for reading (" + e + ")", e);
        }
    }

    @Override
    public BlockDevice open(Path path, boolean create) throws IOException {
        try {
            return openExisting(path, create, false);
        } catch (FileSystemException | UnsupportedOperationException e) {
            throw unusable(path, create, "cannot be opened for reading and writing (" + e + ")", e);
        }
    }

    private BlockDevice openExisting(Path path, boolean create, boolean readOnly) throws IOException {
        boolean created = create && createIfMissing(path);
        if (!Files.exists(path)) {
            throw unusable(
                    path,
                    false,
                    "does not exist; if it was moved or has another name now, give that: --wal-at 'block:///…'",
                    null);
        }
        FileId id = FileId.of(path);
        if (id.kind() != FileId.Kind.BLOCK_DEVICE && id.kind() != FileId.Kind.FILE) {
            String what = id.kind() == FileId.Kind.DIRECTORY ? "is a directory" : "is neither file nor block device";
            throw unusable(path, create, what, null);
        }
        OpenFiles files = OpenFiles.OF_THIS_JVM;
        OpenFiles.Entry entry = files.acquire(id, () -> openChannels(path, id, files, readOnly));
        FileBlockDevice handle = new FileBlockDevice(
                files, entry, new FileBlockDevice.Place(path, id, space, created), identity(entry.id));
        if (!readOnly && !entry.writable) {
            handle.close();
            throw new StorageException(path + " is being inspected by a reader without write permission; retry");
        }
        return handle;
    }

    private static LockIdentity identity(FileId locked) throws IOException {
        HostIdentity host = HostIdentity.current();
        return new LockIdentity(
                host.hostId(),
                host.bootId(),
                locked.device() + "/" + locked.rawDevice(),
                Long.toString(locked.inode()),
                host.hostName(),
                ProcessHandle.current().pid());
    }

    /** @return whether this call created the file */
    private static boolean createIfMissing(Path path) throws IOException {
        if (Files.exists(path)) {
            return false;
        }
        if (path.startsWith(DEVICES) && !path.startsWith(SHARED_MEMORY)) {
            throw unusable(path, true, "is no device of this machine, and files are not created in " + DEVICES, null);
        }
        Path directory = path.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw unusable(path, true, "has no directory to be created in (" + directory + ")", null);
        }
        boolean created = false;
        try {
            Files.createFile(path);
            created = true;
        } catch (FileAlreadyExistsException e) {
            log.debug("{} was created by another process at the same time", path);
        }
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
        return created;
    }

    private OpenFiles.Opened openChannels(Path path, FileId id, OpenFiles files, boolean readOnly) throws IOException {
        OpenFiles.Opened opened;
        try {
            opened = openDirect(path, id, files, true);
        } catch (AccessDeniedException e) {
            if (!readOnly) {
                throw e;
            }
            opened = openDirect(path, id, files, false);
        }
        if (!FileId.of(path).equals(id)) {
            files.abandon(opened.channel()); // its owner is unknown: closing it might drop a lock
            files.abandon(opened.cached());
            throw new StorageException(path + " was replaced while it was being opened; try again");
        }
        return opened;
    }

    /** Opens for direct I/O if the file system allows it, else through the page cache, which is logged once. */
    private OpenFiles.Opened openDirect(Path path, FileId id, OpenFiles files, boolean writable) throws IOException {
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ));
        if (writable) {
            options.addAll(Set.of(StandardOpenOption.WRITE, StandardOpenOption.DSYNC));
        }
        String obstacle;
        long blockSize = Files.getFileStore(path).getBlockSize();
        if (blockSize <= BlockDevice.ALIGNMENT) {
            try {
                Set<OpenOption> direct = new HashSet<>(options);
                direct.add(DirectIo.option());
                FileChannel channel = channels.open(path, direct);
                return new OpenFiles.Opened(channel, openCached(path, channel, files), writable);
            } catch (AccessDeniedException e) {
                throw e;
            } catch (FileSystemException | UnsupportedOperationException e) {
                obstacle = e.toString();
            }
        } else {
            obstacle = "it requires an alignment of " + blockSize;
        }
        FileChannel channel = channels.open(path, options);
        if (files.warnsFirst(id, path)) {
            log.warn(
                    "{}: no direct I/O on this file system ({}); using the page cache, with one write at a time",
                    path,
                    obstacle);
        }
        return new OpenFiles.Opened(channel, channel, writable);
    }

    private FileChannel openCached(Path path, FileChannel direct, OpenFiles files) throws IOException {
        try {
            return channels.open(path, Set.of(StandardOpenOption.READ));
        } catch (IOException | RuntimeException e) {
            files.abandon(direct); // closing it might drop a lock
            throw new StorageException(path + " cannot be opened a second time for reading: " + e, e);
        }
    }

    private static StreamException unusable(Path path, boolean create, String why, @Nullable Exception cause) {
        return create
                ? new InvalidRequestException(
                        "block WAL path " + path + " " + why
                                + "; name a block device, or a file in a writable directory",
                        cause)
                : new StorageException("block WAL " + path + " is unreachable: it " + why, cause);
    }
}
