package io.s3stream.wal.nfs.directory;

import java.util.Set;

/**
 * The mount that contains a directory.
 *
 * @param point the mount point; empty if unknown
 * @param type the type of the file system, for example {@code nfs4}; empty if unknown
 * @param options the options of the mount and of its file system
 */
public record Mount(String point, String type, Set<String> options) {

    /** The mount of a directory on a system without a mount table. */
    public static final Mount UNKNOWN = new Mount("", "", Set.of());

    public Mount {
        options = Set.copyOf(options);
    }

    public boolean isNfs() {
        return type.equals("nfs") || type.equals("nfs4");
    }

    /** Returns whether opening a file may skip the question to the server. */
    public boolean isWithoutCloseToOpen() {
        return isNfs() && options.contains("nocto");
    }
}
