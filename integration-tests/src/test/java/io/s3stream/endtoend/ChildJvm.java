package io.s3stream.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Another process with the class path of this one. It communicates in lines. Killed when closed. */
final class ChildJvm implements AutoCloseable {

    /** Longer than a child waits for any answer, see {@link Stores}: its own error says more. */
    private static final int SILENCE_SECONDS = Integer.getInteger("test.patience", 40) + 20;

    private static final String END = "\u0000end";

    private final Process process;
    private final PrintWriter input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;

    private ChildJvm(Process process, Consumer<String> onLine) {
        this.process = process;
        this.input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.reader = new Thread(() -> pump(onLine), "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static ChildJvm start(Class<?> main, List<String> jvmOptions, String... arguments) {
        return start(main, jvmOptions, line -> {}, arguments);
    }

    /**
     * {@code onLine} receives each whole line at once, including lines that are in the pipe when the process is killed.
     */
    static ChildJvm start(Class<?> main, List<String> jvmOptions, Consumer<String> onLine, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new ChildJvm(
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start(),
                    onLine);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(String line) {
        input.println(line);
    }

    /** Returns the rest of the next line that begins with {@code prefix}. Earlier lines are skipped. */
    String await(String prefix) {
        while (true) {
            String line = next();
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length());
            }
        }
    }

    /** Returns the next line. */
    String next() {
        try {
            String line = lines.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null || line.equals(END)) {
                throw new AssertionError(line == null ? "child says nothing" : "child ended");
            }
            return line;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    int exitCode() {
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new AssertionError("child does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Stops the process until {@link #resume}. Neither method affects an ended process. */
    void suspend() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0 && !process.waitFor(5, TimeUnit.SECONDS)) {
                throw new AssertionError("kill " + signal + " failed, and the process still runs");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Kills the process without warning. Returns when it is dead and all its output was read. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private void pump(Consumer<String> onLine) {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = whole(output); line != null; line = whole(output)) {
                onLine.accept(line);
                lines.add(line);
            }
        } catch (IOException e) {
            // the process is gone
        }
        lines.add(END);
    }

    /** Returns the next complete line, which ends with a full stop. The last line before a kill may be cut. */
    private static @Nullable String whole(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.endsWith(" .")) {
                return line.substring(0, line.length() - 2);
            }
        }
        return null;
    }
}
