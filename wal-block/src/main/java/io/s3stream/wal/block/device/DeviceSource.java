package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.file.Path;

/** Where a provider gets its devices from: the operating system, or a simulator. Thread-safe. */
@FunctionalInterface
public interface DeviceSource {

    /**
     * @param create whether a missing file may be created, empty
     * @throws io.s3stream.api.errors.InvalidRequestException when {@code create} and the path cannot be used
     * @throws io.s3stream.api.errors.StorageException when not {@code create} and the medium is not there
     */
    BlockDevice open(Path path, boolean create) throws IOException;

    /** Opens what is there, for one who will neither write nor lock. */
    default BlockDevice openForReading(Path path) throws IOException {
        return open(path, false);
    }

    /** Returns one name for all names that lead to a medium, as far as they can be told from their spelling and links. */
    default Path canonical(Path path) {
        return path;
    }

    /** The processes that may have written to these devices. */
    default ProcessTable processes() {
        return ProcessTable.UNKNOWN;
    }
}
