package io.s3stream.wal.nfs;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.wal.nfs.directory.Mount;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import java.io.IOException;
import java.nio.file.Path;

/** Checks that a directory can serve as a medium, and creates the node's directory in it. Blocking; stateless. */
final class Attach {

    private Attach() {}

    /** Attaches a node that writes, fences or replays. */
    static StoreMarker run(AttachRequest request, NfsDirectory directory) throws IOException {
        Path path = request.options().path();
        requireUsable(path, directory);
        StoreMarker marker = StoreMarker.require(directory, path.toString(), request.mode(), request.context());
        String node = Integer.toString(request.context().nodeId());
        if (directory.isDirectory(node)) {
            return marker;
        }
        if (request.mode() == AttachMode.EXISTING) {
            throw new StorageException("NFS WAL " + path + " is unreachable: it has no directory " + node
                    + "; is the right file system mounted there?");
        }
        directory.makeDirectory(node);
        return marker;
    }

    /** Refuses a missing directory instead of creating it: it may be a mount point whose file system is missing. */
    static void requireUsable(Path path, NfsDirectory directory) throws IOException {
        if (!directory.isDirectory("")) {
            throw new StorageException("NFS WAL " + path + " is unreachable: there is no such directory. Is the file"
                    + " system mounted? For a new WAL, create the directory on the mounted file system yourself:"
                    + " the store never creates it, because without the mount it would be on the local disk");
        }
        Mount mount = directory.mount();
        if (mount.isWithoutCloseToOpen()) {
            throw new InvalidRequestException("NFS WAL " + path + " is on " + mount.point()
                    + ", which is mounted with nocto: a writer could not see its fence; mount it without nocto");
        }
    }
}
