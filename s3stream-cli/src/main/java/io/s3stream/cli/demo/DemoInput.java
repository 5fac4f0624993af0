package io.s3stream.cli.demo;

import io.s3stream.cli.terminal.LineReader;
import io.s3stream.cli.terminal.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text, repeated without end. Record {@code n} is a function of {@code n}, so the input determines the
 * contents of every record.
 */
final class DemoInput {

    private static final int MAX_LINE = 1 << 20;

    private final List<byte[]> lines;
    private final String description;

    DemoInput(List<byte[]> lines, String description) {
        this.lines = List.copyOf(lines);
        this.description = description;
    }

    static DemoInput load(@Nullable Path file) throws IOException {
        List<Path> files = file == null ? sources() : List.of(file);
        List<byte[]> lines = new ArrayList<>();
        for (Path source : files) {
            try (InputStream in = Files.newInputStream(source)) {
                LineReader reader = new LineReader(in, MAX_LINE);
                for (byte @Nullable [] line = reader.next(); line != null; line = reader.next()) {
                    if (line.length > 0) {
                        lines.add(line);
                    }
                }
            }
        }
        if (lines.isEmpty()) {
            throw new ToolException("nothing to ingest: name a text file with --input");
        }
        String what = file == null ? files.size() + " source files of this project" : file.toString();
        return new DemoInput(lines, lines.size() + " lines from " + what);
    }

    String description() {
        return description;
    }

    /** Returns record {@code n}: its number and a line of the input. */
    byte[] record(long n) {
        byte[] line = lines.get((int) (n % lines.size()));
        byte[] number = (n + ": ").getBytes(StandardCharsets.US_ASCII);
        byte[] record = new byte[number.length + line.length];
        System.arraycopy(number, 0, record, 0, number.length);
        System.arraycopy(line, 0, record, number.length, line.length);
        return record;
    }

    private static List<Path> sources() throws IOException {
        Path home = Path.of(System.getProperty("s3stream.home", ""));
        if (!Files.isDirectory(home.resolve("s3stream-api"))) {
            throw new ToolException("this project's sources are not here: name a text file with --input");
        }
        try (Stream<Path> walk = Files.find(
                home,
                20,
                (path, attributes) ->
                        attributes.isRegularFile() && path.toString().endsWith(".java"))) {
            return walk.sorted().toList();
        }
    }
}
