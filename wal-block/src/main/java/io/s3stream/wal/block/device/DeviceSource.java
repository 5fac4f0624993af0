package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.file.Path;

/** A source of devices: the operating system, or a simulator. Thread-safe. */
@FunctionalInterface
public interface DeviceSource {

    /**
     * Opens a medium for reading and writing.
     *
     * @param create whether to create a missing file, empty
     * @throws io.s3stream.api.errors.InvalidRequestException if {@code create} and the path cannot be used
     * @throws io.s3stream.api.errors.StorageException if not {@code create} and the medium does not exist
     */
    BlockDevice open(Path path, boolean create) throws IOException;

    /** Opens an existing medium, for a caller that neither writes nor locks. */
    default BlockDevice openForReading(Path path) throws IOException {
        return open(path, false);
    }

    /** Returns one name for all names of a medium, as far as spelling and links show that they are equal. */
    default Path canonical(Path path) {
        return path;
    }

    /** Returns the processes that may have written to these devices. */
    default ProcessTable processes() {
        return ProcessTable.UNKNOWN;
    }
}
