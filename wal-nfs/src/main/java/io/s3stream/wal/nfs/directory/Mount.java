package io.s3stream.wal.nfs.directory;

import java.util.Set;

/**
 * The mount that a directory is on.
 *
 * @param point where it is mounted; empty when unknown
 * @param type of the file system, for example {@code nfs4}; empty when unknown
 * @param options of the mount and of its file system
 */
public record Mount(String point, String type, Set<String> options) {

    /** Where nothing tells. */
    public static final Mount UNKNOWN = new Mount("", "", Set.of());

    public Mount {
        options = Set.copyOf(options);
    }

    public boolean isNfs() {
        return type.equals("nfs") || type.equals("nfs4");
    }

    /** Whether opening a file need not ask the server. */
    public boolean isWithoutCloseToOpen() {
        return isNfs() && options.contains("nocto");
    }
}
