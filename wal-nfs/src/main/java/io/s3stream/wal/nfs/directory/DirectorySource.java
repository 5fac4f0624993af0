package io.s3stream.wal.nfs.directory;

import java.nio.file.Path;

/** A source of directories: this machine, or a simulated one. */
public interface DirectorySource {

    /** Returns a directory without accessing it. */
    NfsDirectory at(Path path);
}
