package io.s3stream.benchmarks.peers.worker;

import java.nio.file.Path;

/**
 * The conditions under which a journal runs.
 *
 * @param variant name of a variant of the contender, empty for the only one
 * @param directory empty directory for the files of the journal
 * @param memory empty directory for files that need not be durable, in memory if the machine has such a file system
 * @param payload of each record; shared and never written to
 * @param producers number of appending threads
 * @param window maximum number of records of one producer that are not yet durable
 */
public record Setup(String variant, Path directory, Path memory, byte[] payload, int producers, int window) {

    private static final long MAX_WINDOW = 1 << 16;

    /** Returns the window of one producer for a limit in bytes over all producers. */
    static int window(long bytesInFlight, int recordBytes, int producers) {
        return (int) Math.max(2, Math.min(MAX_WINDOW, bytesInFlight / recordBytes / producers));
    }
}
