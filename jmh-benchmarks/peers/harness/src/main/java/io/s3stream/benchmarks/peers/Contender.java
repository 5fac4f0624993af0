package io.s3stream.benchmarks.peers;

import io.s3stream.benchmarks.peers.worker.Workload;
import java.util.List;

/**
 * A journal of the comparison, or a variant of one.
 *
 * @param name in options and tables
 * @param module directory of its build
 * @param mainClass below the package of the comparison
 * @param variant argument of the main class, empty for the only one
 * @param jvmOptions needed by the journal
 * @param description one line for the report
 */
record Contender(
        String name, String module, String mainClass, String variant, List<String> jvmOptions, String description) {

    private static final String PACKAGE = "io.s3stream.benchmarks.peers.";
    private static final int BLOCK = 4096;

    /** Returns all contenders, in the order of the report. */
    static List<Contender> all() {
        List<String> netty = List.of("-Dio.netty.tryReflectionSetAccessible=false");
        return List.of(
                new Contender(
                        "raw",
                        "harness",
                        "raw.RawDevice",
                        "",
                        List.of(),
                        "the device alone: 8 writes in flight, O_DIRECT and O_DSYNC, frames from 256 MiB of memory"),
                new Contender(
                        "raw-hot",
                        "harness",
                        "raw.RawDevice",
                        "hot",
                        List.of(),
                        "as raw, and each writer writes the same buffer over and over"),
                new Contender(
                        "s3stream",
                        "s3stream",
                        "s3stream.StoreJournal",
                        "",
                        netty,
                        "this library: 100 streams, block WAL, data objects discarded"),
                new Contender(
                        "s3stream-objects",
                        "s3stream",
                        "s3stream.StoreJournal",
                        "objects",
                        netty,
                        "this library: 100 streams, block WAL, data objects in a directory of the same device"),
                new Contender(
                        "bookkeeper",
                        "bookkeeper",
                        "bookkeeper.BookieJournal",
                        "",
                        List.of(),
                        "BookKeeper 4.17.2: the journal of a bookie, default settings"));
    }

    String fullMainClass() {
        return PACKAGE + mainClass;
    }

    boolean isRaw() {
        return mainClass.startsWith("raw.");
    }

    /** Returns whether the load makes sense: the device writes whole blocks, and only the device writes a huge record. */
    boolean supports(Workload workload) {
        return isRaw() ? workload.recordBytes() % BLOCK == 0 : workload.recordBytes() <= Options.MAX_RECORD_BYTES;
    }
}
