package io.s3stream.kafka.rounds;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** A broker in a process of its own. Its output is in a file. Killed when closed. */
public final class BrokerProcess implements AutoCloseable {

    private final int id;
    private final Process process;

    private BrokerProcess(int id, Process process) {
        this.id = id;
        this.process = process;
    }

    /** Starts a broker; does not wait until it is ready. */
    static BrokerProcess start(int id, int port, String storage, String wal, Path logs) {
        // Compacted and orphaned objects are deleted soon: half an hour of load would else fill a disk several times
        // over.
        List<String> options = List.of(
                "--listen=localhost:" + port,
                "--storage=" + storage,
                "--wal=" + wal,
                "--config=deletionGrace=1m",
                "--config=sweepInterval=2m");
        return start(id, System.getProperty("java.class.path"), options, logs);
    }

    /** Starts a broker with the classes of a path and more options; does not wait until it is ready. */
    public static BrokerProcess start(int id, String classPath, List<String> options, Path logs) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxDirectMemorySize=1g",
                "-Xshare:auto",
                "-XX:SharedArchiveFile=" + System.getProperty("broker.archive", "none"),
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-cp",
                classPath,
                "io.s3stream.kafka.Main",
                "--id=" + id));
        command.addAll(options);
        try {
            File output = logs.resolve("broker-" + id + ".log").toFile();
            return new BrokerProcess(
                    id,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int id() {
        return id;
    }

    /** Waits until the process has ended by itself. Returns whether it has within that time. */
    public boolean hasEndedWithin(int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The exit code of a process that has ended. */
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    public void kill() {
        process.destroyForcibly();
        await(10);
    }

    public void pause() {
        signal("-STOP");
    }

    public void resume() {
        signal("-CONT");
    }

    /** Asks the process to end, and waits until it has given its partitions to others and ended. */
    public void terminate() {
        process.destroy();
        await(60);
    }

    private void await(int seconds) {
        if (!hasEndedWithin(seconds)) {
            throw new IllegalStateException("broker " + id + " does not end within " + seconds + " s");
        }
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
