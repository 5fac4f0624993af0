package io.s3stream.kafka.rounds;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker in a process of its own. Its output is in a file. Killed when closed. */
final class BrokerProcess implements AutoCloseable {

    private final int id;
    private final Process process;

    private BrokerProcess(int id, Process process) {
        this.id = id;
        this.process = process;
    }

    /** Starts a broker; does not wait until it is ready. */
    static BrokerProcess start(int id, int port, String storage, String wal, Path logs) {
        List<String> command = List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxDirectMemorySize=1g",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-cp",
                System.getProperty("java.class.path"),
                "io.s3stream.kafka.Main",
                "--id=" + id,
                "--listen=localhost:" + port,
                "--storage=" + storage,
                "--wal=" + wal);
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
    boolean hasEndedWithin(int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void kill() {
        process.destroyForcibly();
        await(10);
    }

    void pause() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    /** Asks the process to end, and waits until it has given its partitions to others and ended. */
    void terminate() {
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
