package io.s3stream.benchmarks.peers;

import io.s3stream.benchmarks.peers.report.Run;
import io.s3stream.benchmarks.peers.worker.Measurement;
import io.s3stream.benchmarks.peers.worker.Workload;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs one contender once, in a JVM and in directories of its own. Removes the directories at the end of the run, also
 * when a signal ends the program.
 */
final class Launcher {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "s3stream-peers-";
    private static final long EXTRA_SECONDS = 180;
    private static final int MAX_REASON = 160;

    private final Options options;

    Launcher(Options options) {
        this.options = options;
    }

    Run run(Contender contender, Workload workload) throws IOException, InterruptedException {
        Path module = options.home().resolve("jmh-benchmarks/peers").resolve(contender.module());
        Path built = module.resolve("target");
        if (!Files.isDirectory(built.resolve("classes")) || !Files.isDirectory(built.resolve("lib"))) {
            return Run.failed("not built: see jmh-benchmarks/peers/target/build.log");
        }
        Path scratch = Files.createTempDirectory(options.directory(), PREFIX);
        Path memory = Files.createTempDirectory(Files.isDirectory(MEMORY) ? MEMORY : scratch, PREFIX);
        try {
            return launch(contender, workload, built, scratch, memory);
        } finally {
            remove(memory);
            remove(scratch);
        }
    }

    private Run launch(Contender contender, Workload workload, Path built, Path scratch, Path memory)
            throws IOException, InterruptedException {
        Path data = Files.createDirectory(scratch.resolve("data"));
        Path out = scratch.resolve("result");
        Path log = scratch.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xms" + options.heap(),
                "-Xmx" + options.heap(),
                "-XX:MaxDirectMemorySize=4g",
                "-Djava.io.tmpdir=" + scratch));
        command.addAll(contender.jvmOptions(built));
        command.addAll(List.of(
                "-cp",
                built.resolve("classes") + File.pathSeparator + built.resolve("lib") + "/*",
                contender.fullMainClass(),
                "--variant=" + contender.variant(),
                "--dir=" + data,
                "--memory=" + memory,
                "--out=" + out,
                "--workload=" + workload,
                "--producers=" + Options.PRODUCERS,
                "--in-flight=" + Options.BYTES_IN_FLIGHT,
                "--warmup=" + options.warmupSeconds(),
                "--seconds=" + options.seconds()));
        Process process = new ProcessBuilder(command)
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread stop = new Thread(() -> endAndRemove(process, memory, scratch), "stop-contender");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            long limit = (long) (options.warmupSeconds() + options.seconds()) + EXTRA_SECONDS;
            if (!process.waitFor(limit, TimeUnit.SECONDS)) {
                destroy(process);
                return Run.failed("no end after " + limit + " s");
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(stop);
        }
        if (process.exitValue() != 0 || !Files.exists(out)) {
            return Run.failed(reason(Files.readAllLines(log), process.exitValue()));
        }
        return new Run(Measurement.read(out), null);
    }

    private static void endAndRemove(Process process, Path... directories) {
        destroy(process);
        process.onExit().join();
        try {
            for (Path directory : directories) {
                remove(directory);
            }
        } catch (IOException e) {
            System.err.println("peers: not all files are removed: " + e);
        }
    }

    private static void destroy(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Returns the innermost cause of a stack trace, or the last line. */
    static String reason(List<String> log, int exit) {
        String reason = "";
        for (String line : log) {
            if (line.startsWith("Caused by: ")) {
                reason = line.substring("Caused by: ".length());
            } else if (reason.isEmpty() && line.matches("(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error)\\b.*")) {
                reason = line;
            }
        }
        if (reason.isEmpty()) {
            reason = log.isEmpty() ? "no output" : log.get(log.size() - 1);
        }
        return "exit code " + exit + ": " + (reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> files;
        try (var walk = Files.walk(directory)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
