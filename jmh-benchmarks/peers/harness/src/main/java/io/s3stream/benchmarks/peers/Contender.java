package io.s3stream.benchmarks.peers;

import io.s3stream.benchmarks.peers.worker.Workload;
import java.nio.file.Path;
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

    /** Stands for the output directory of the contender's build. */
    private static final String BUILT = "{built}";

    /** The options that the project's documentation asks for, and no usage reports over the network. */
    private static final List<String> CHRONICLE = List.of(
            "-Dchronicle.analytics.disable=true",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED");

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
                        "the device alone: 8 writes of a record in flight, O_DIRECT and O_DSYNC, from 256 MiB of memory"),
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
                        "BookKeeper 4.17.2: the journal of a bookie, default settings"),
                new Contender(
                        "artemis-aio",
                        "artemis",
                        "artemis.ArtemisJournal",
                        "aio",
                        List.of("-Djava.library.path=" + BUILT + "/native/lib/linux-x86_64"),
                        "Artemis 2.42.0: the journal of a broker, libaio, default settings"),
                new Contender(
                        "artemis-nio",
                        "artemis",
                        "artemis.ArtemisJournal",
                        "nio",
                        List.of(),
                        "Artemis 2.42.0: as before, file channels instead of libaio"),
                new Contender(
                        "aeron",
                        "aeron",
                        "aeron.ArchiveJournal",
                        "",
                        List.of("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"),
                        "Aeron Archive 1.49.1: two recorded IPC publications, fileSyncLevel=2"),
                new Contender(
                        "rocksdb",
                        "rocksdb",
                        "rocksdb.RocksJournal",
                        "",
                        List.of(),
                        "RocksDB 10.5.1: puts in batches of up to 8 MiB, two threads, sync=true, no compaction"),
                new Contender(
                        "rocksdb-log",
                        "rocksdb",
                        "rocksdb.RocksJournal",
                        "log",
                        List.of(),
                        "RocksDB 10.5.1: as before, records in the log alone, not in the memory table"),
                new Contender(
                        "chronicle",
                        "chronicle",
                        "chronicle.ChronicleJournal",
                        "",
                        CHRONICLE,
                        "Chronicle Queue 2026.1: one appender, msync after each group of up to 8 MiB"),
                new Contender(
                        "kafka",
                        "kafka",
                        "kafka.KafkaJournal",
                        "",
                        List.of(),
                        "Kafka 4.3.1: one broker process, flush.messages=1, two partitions, batches of up to 1 MB, acks=all"));
    }

    String fullMainClass() {
        return PACKAGE + mainClass;
    }

    List<String> jvmOptions(Path built) {
        return jvmOptions.stream()
                .map(option -> option.replace(BUILT, built.toString()))
                .toList();
    }

    boolean isRaw() {
        return mainClass.startsWith("raw.");
    }

    /** Returns whether the load makes sense: the device writes whole blocks, and only the device writes a huge record. */
    boolean supports(Workload workload) {
        return isRaw() ? workload.recordBytes() % BLOCK == 0 : workload.recordBytes() <= Options.MAX_RECORD_BYTES;
    }
}
