package io.s3stream.cli;

import io.s3stream.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs the tool in this process, on a store in a directory. */
final class Tool {

    /** Output and exit code of one run. */
    record Result(int exitCode, String out, String err) {

        List<String> errLines() {
            return err.lines().toList();
        }
    }

    private final Path dir;

    Tool(Path dir) {
        this.dir = dir;
    }

    /** Runs {@code args} on the store, with {@code input} as standard input. */
    Result onStore(byte[] input, String... args) {
        return run(
                input, Stream.concat(Stream.of(args), Stream.of(storeOptions())).toArray(String[]::new));
    }

    Result onStore(String... args) {
        return onStore(new byte[0], args);
    }

    String[] storeOptions() {
        return new String[] {
            "--store=" + dir.resolve("objects"), "--wal=block://" + dir.resolve("wal") + "?capacity=16MiB"
        };
    }

    static Result run(byte[] input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
                Terminal.of(new ByteArrayInputStream(input), out, new PrintStream(err, true, StandardCharsets.UTF_8));
        int exitCode = Main.run(terminal, args);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
