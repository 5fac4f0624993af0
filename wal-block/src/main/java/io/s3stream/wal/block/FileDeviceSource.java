package io.s3stream.wal.block;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files and block devices of this machine, opened for direct and synchronous I/O. Without state of its own. */
final class FileDeviceSource implements DeviceSource {

    private static final Logger log = LoggerFactory.getLogger(FileDeviceSource.class);

    @Override
    public BlockDevice open(Path path, boolean create) throws IOException {
        try {
            return openExisting(path, create);
        } catch (FileSystemException | UnsupportedOperationException e) {
            throw unusable(path, create, "cannot be opened for reading and writing (" + e + ")", e);
        }
    }

    private static BlockDevice openExisting(Path path, boolean create) throws IOException {
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
        OpenFiles.Entry entry = files.acquire(id, () -> openChannel(path, id, files));
        return new FileBlockDevice(files, entry, device, identity);
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

    private static FileChannel openChannel(Path path, FileId id, OpenFiles files) throws IOException {
        FileChannel channel = openDirect(path);
        if (!FileId.of(path).equals(id)) {
            files.abandon(channel); // whose it is, we cannot know: closing it might drop a lock
            throw new StorageException(path + " was replaced while it was being opened; try again");
        }
        return channel;
    }

    private static FileChannel openDirect(Path path) throws IOException {
        String obstacle;
        long blockSize = Files.getFileStore(path).getBlockSize();
        if (blockSize <= BlockDevice.ALIGNMENT) {
            try {
                return FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.DSYNC,
                                DirectIo.option()));
            } catch (FileSystemException | UnsupportedOperationException e) {
                obstacle = e.toString();
            }
        } else {
            obstacle = "it demands an alignment of " + blockSize;
        }
        FileChannel channel = FileChannel.open(
                path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DSYNC));
        log.warn("{}: no direct I/O on this file system ({}); going on through the page cache", path, obstacle);
        return channel;
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
