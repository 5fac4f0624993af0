package io.s3stream.wal.nfs.directory;

import java.nio.file.Path;

/** Where directories come from: this machine, or a simulated one. */
public interface DirectorySource {

    /** Does not look at it yet. */
    NfsDirectory at(Path path);
}
