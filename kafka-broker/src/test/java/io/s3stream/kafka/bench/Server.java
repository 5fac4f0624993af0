package io.s3stream.kafka.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;

/**
 * A broker in a process of its own. Owns the process; its output is in a file. Confined to the thread of the program.
 * The CPU time and the memory come from {@code /proc}, so the program needs Linux.
 */
final class Server implements AutoCloseable {

    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 60;
    private static final int QUIET_SECONDS = 60;

    /** The unit of the CPU times in {@code /proc/PID/stat}: {@code USER_HZ} is 100 on all Linux systems. */
    private static final double TICKS_PER_SECOND = 100;

    /** A broker is quiet when it uses less than this much CPU time in half a second. */
    private static final double QUIET_CPU_SECONDS = 0.04;

    private final String bootstrap;
    private final List<String> command;
    private final Path output;
    private Process process;

    private Server(String bootstrap, List<String> command, Path output) throws IOException {
        this.bootstrap = bootstrap;
        this.command = command;
        this.output = output;
        this.process = launch();
    }

    /** Starts a broker, and returns when it answers. */
    static Server start(String bootstrap, List<String> command, Path output) throws IOException {
        Server server = new Server(bootstrap, command, output);
        server.awaitAnswer();
        return server;
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            while (admin.describeCluster().nodes().get().isEmpty()) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IllegalStateException("no answer; the output of the broker is in " + output);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("no answer; the output of the broker is in " + output, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the broker as an operator does, and starts it again on its data. */
    void restart() throws IOException {
        close();
        process = launch();
        awaitAnswer();
    }

    String bootstrap() {
        return bootstrap;
    }

    /** CPU time of the process since its start, of all its threads. */
    double cpuSeconds() {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** The largest resident memory of the process since its start. */
    long peakMiB() {
        return read("status")
                        .lines()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum()
                >> 10;
    }

    /** The heap that is in use after a collection. */
    long liveHeapMiB() throws IOException {
        jcmd("GC.run");
        Matcher used = Pattern.compile("used (\\d+)K").matcher(jcmd("GC.heap_info"));
        if (!used.find()) {
            throw new IOException("jcmd does not tell the used heap");
        }
        return Long.parseLong(used.group(1)) >> 10;
    }

    private String jcmd(String command) throws IOException {
        String program = System.getProperty("java.home") + "/bin/jcmd";
        Process jcmd = new ProcessBuilder(program, Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Waits until the work that a workload has left behind is done: uploads, flushes, deletions. */
    void awaitQuiet() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(QUIET_SECONDS);
        double before;
        double after = cpuSeconds();
        do {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(bootstrap + " is not quiet after " + QUIET_SECONDS + " s");
            }
            before = after;
            pause();
            after = cpuSeconds();
        } while (after - before >= QUIET_CPU_SECONDS);
    }

    private void pause() {
        try {
            if (process.waitFor(500, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the broker has ended; its output is in " + output);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String read(String name) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), name));
        } catch (IOException e) {
            throw new UncheckedIOException("the broker has ended; its output is in " + output, e);
        }
    }

    /** Stops the broker; kills it if that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
    }
}
