package io.s3stream.wal.block;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
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

/** Files and block devices of this machine, opened for direct and synchronous I/O. Without state of its own. */
final class FileDeviceSource implements DeviceSource {

    private static final Logger log = LoggerFactory.getLogger(FileDeviceSource.class);

    private final ProcessTable processes = new LinuxProcesses();
    private final Channels channels;

    /** How a channel is opened; a test refuses direct I/O like some file systems. */
    interface Channels {
        FileChannel open(Path path, Set<OpenOption> options) throws IOException;
    }

    FileDeviceSource() {
        this(FileChannel::open);
    }

    FileDeviceSource(Channels channels) {
        this.channels = channels;
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
        if (create) {
            createIfMissing(path);
        } else if (!Files.exists(path)) {
            throw unusable(path, false, "does not exist", null);
        }
        FileId id = FileId.of(path);
        boolean device = id.kind() == FileId.Kind.BLOCK_DEVICE;
        if (!device && id.kind() != FileId.Kind.FILE) {
            String what = id.kind() == FileId.Kind.DIRECTORY ? "is a directory" : "is neither file nor block device";
            throw unusable(path, create, what, null);
        }
        HostIdentity host = HostIdentity.current();
        LockIdentity identity = new LockIdentity(
                host.hostId(),
                host.bootId(),
                id.device() + "/" + id.rawDevice(),
                Long.toString(id.inode()),
                host.hostName(),
                ProcessHandle.current().pid());
        OpenFiles files = OpenFiles.OF_THIS_JVM;
        OpenFiles.Entry entry = files.acquire(id, () -> openChannel(path, id, files, readOnly));
        FileBlockDevice handle = new FileBlockDevice(files, entry, device, identity);
        if (!readOnly && !entry.writable) {
            handle.close();
            throw new StorageException(path + " is just being inspected by somebody who may only read; try again");
        }
        return handle;
    }

    private static void createIfMissing(Path path) throws IOException {
        if (Files.exists(path)) {
            return;
        }
        Path directory = path.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw unusable(path, true, "has no directory to be created in (" + directory + ")", null);
        }
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            log.debug("{} was created by somebody else in this moment", path);
        }
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private OpenFiles.Opened openChannel(Path path, FileId id, OpenFiles files, boolean readOnly) throws IOException {
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
            files.abandon(opened.channel()); // whose it is, we cannot know: closing it might drop a lock
            throw new StorageException(path + " was replaced while it was being opened; try again");
        }
        return opened;
    }

    /** Direct if the file system lets us, else through the page cache, which is said once. */
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
                return new OpenFiles.Opened(channels.open(path, direct), true, writable);
            } catch (AccessDeniedException e) {
                throw e;
            } catch (FileSystemException | UnsupportedOperationException e) {
                obstacle = e.toString();
            }
        } else {
            obstacle = "it demands an alignment of " + blockSize;
        }
        FileChannel channel = channels.open(path, options);
        if (files.warnsFirst(id)) {
            log.warn("{}: no direct I/O on this file system ({}); going on through the page cache", path, obstacle);
        }
        return new OpenFiles.Opened(channel, false, writable);
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
