package io.s3stream.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void linesOfAnyLengthSurviveAnySplitOfInput() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            lines.add("x".repeat(random.nextInt(10) == 0 ? random.nextInt(300_000) : random.nextInt(100)));
        }
        lines.add("end");
        String input = lines.stream().collect(Collectors.joining("\n"));
        assertThat(readAll(new Pieces(input.getBytes(StandardCharsets.UTF_8), random), 300_000))
                .as("seed %d", seed)
                .isEqualTo(lines);
    }

    @Test
    void lineIsReturnedOnceComplete() throws IOException {
        InputStream in = new ByteArrayInputStream("now\n".getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] target, int from, int length) {
                int read = super.read(target, from, length);
                if (read < 0) {
                    throw new IllegalStateException("read past the line");
                }
                return read;
            }
        };
        assertThat(new LineReader(in, 10).next()).asString().isEqualTo("now");
    }

    @Test
    void tooLongLineIsRefused() {
        byte[] input = "12345\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new LineReader(new ByteArrayInputStream(input), 4).next())
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("at most 4");
    }

    private static List<String> readAll(InputStream in, int maxBytes) throws IOException {
        LineReader reader = new LineReader(in, maxBytes);
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        return lines;
    }

    /** Returns a random number of bytes at each read. */
    private static final class Pieces extends ByteArrayInputStream {

        private final Random random;

        Pieces(byte[] bytes, Random random) {
            super(bytes);
            this.random = random;
        }

        @Override
        public synchronized int read(byte[] target, int from, int length) {
            return super.read(target, from, 1 + random.nextInt(length));
        }
    }
}
