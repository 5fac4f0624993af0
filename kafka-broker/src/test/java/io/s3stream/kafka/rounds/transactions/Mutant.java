package io.s3stream.kafka.rounds.transactions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A broker that breaks a rule on purpose: some of its sources have another text.
 *
 * @param name the broken rule
 * @param fault the fault of brokers during its rounds
 */
record Mutant(String name, Fault fault, List<Edit> edits) {

    private static final Path SOURCES = Path.of("kafka-broker/src/main/java/io/s3stream/kafka");

    /**
     * A change of one source.
     *
     * @param file below the package of the broker
     * @param text occurs once in the file
     */
    record Edit(String file, String text, String replacement) {

        private String apply() throws IOException {
            String source = Files.readString(SOURCES.resolve(file));
            int at = source.indexOf(text);
            if (at < 0 || source.indexOf(text, at + 1) >= 0) {
                throw new IllegalStateException(file + " does not contain exactly once: " + text);
            }
            return source.replace(text, replacement);
        }
    }

    static Mutant of(String name, Fault fault, Edit... edits) {
        return new Mutant(name, fault, List.of(edits));
    }

    /** Compiles the changed sources into a directory, which belongs in front of the class path. */
    void compile(Path directory) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path sources = Files.createDirectories(directory.resolve("sources"));
        List<String> arguments = new ArrayList<>(
                List.of("-nowarn", "-d", directory.toString(), "-cp", System.getProperty("java.class.path")));
        for (Edit edit : edits) {
            Path file = sources.resolve(edit.file());
            Files.createDirectories(file.getParent());
            Files.writeString(file, edit.apply());
            arguments.add(file.toString());
        }
        if (compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
            throw new IllegalStateException("the mutant does not compile: " + name);
        }
    }

    /** All mutants. */
    static Stream<Mutant> all() {
        return Stream.of(
                of(
                        "readers of committed records stop at the last stable offset",
                        Fault.NONE,
                        new Edit(
                                "protocol/FetchPart.java",
                                "end = isCommitted ? stable : highWatermark;",
                                "end = highWatermark;")),
                of(
                        "readers learn of aborted transactions",
                        Fault.NONE,
                        new Edit("protocol/FetchPart.java", "addAborted(batches.get(taken - 1).endOffset());", "")),
                of(
                        "each partition gets its marker",
                        Fault.NONE,
                        new Edit(
                                "transactions/LocalMarkerSender.java",
                                ": log.get().appendMarker(marker)",
                                ": partition.partition() == 0 ? CompletableFuture.completedFuture(null)"
                                        + " : log.get().appendMarker(marker)")),
                of(
                        "all partitions get the same outcome",
                        Fault.NONE,
                        new Edit(
                                "transactions/LocalMarkerSender.java",
                                "log.get().appendMarker(marker)",
                                "log.get().appendMarker(new TransactionMarker(marker.producerId(),"
                                        + " marker.producerEpoch(), marker.isCommit() && partition.partition() != 0,"
                                        + " marker.coordinatorEpoch(), marker.transactionVersion()))")),
                of(
                        "a new instance fences the old ones",
                        Fault.NONE,
                        new Edit(
                                "transactions/TransactionRules.java",
                                "if (metadata.producerEpoch() != producer.producerEpoch()) {",
                                "if (metadata.producerEpoch() < producer.producerEpoch()) {"),
                        new Edit(
                                "producers/ProducerState.java",
                                "if (batch.producerEpoch() < epoch) {",
                                "if (batch.producerEpoch() < 0) {")),
                of(
                        "offsets of an aborted transaction are dropped",
                        Fault.NONE,
                        new Edit(
                                "groups/GroupMarkers.java",
                                "marker.isCommit() ? TransactionResult.COMMIT : TransactionResult.ABORT",
                                "TransactionResult.COMMIT")),
                of(
                        "a new leader knows the aborted transactions of its snapshot",
                        Fault.RESTART,
                        new Edit("producers/ProducerStates.java", "snapshot.aborted().forEach(aborted::add);", "")),
                of(
                        "a new coordinator completes the transactions whose outcome is written",
                        Fault.KILL,
                        new Edit(
                                "transactions/TransactionCoordinator.java",
                                "transitions.complete(partition, metadata);",
                                "")));
    }
}
