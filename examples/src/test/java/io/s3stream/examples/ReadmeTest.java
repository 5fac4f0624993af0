package io.s3stream.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path SOURCE = MODULE.resolve("src/main/java/io/s3stream/examples/Quickstart.java");
    private static final Path README = MODULE.resolveSibling("README.md");

    @TempDir
    Path dir;

    @Test
    void readmeShowsQuickstartVerbatim() throws IOException {
        assertThat(firstJavaBlock(Files.readString(README))).isEqualTo(body(Files.readString(SOURCE)));
    }

    @Test
    void quickstartPrintsItsRecordAndBothRecordsInSecondRun() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Quickstart.main(new String[] {dir.toString()});
            Quickstart.main(new String[] {dir.toString()});
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactly("0: hello", "1: hello");
    }

    /** The file's text after the package line. */
    private static String body(String source) {
        return source.substring(source.indexOf(";\n") + 2).strip();
    }

    private static String firstJavaBlock(String markdown) {
        int from = markdown.indexOf("```java\n") + "```java\n".length();
        return markdown.substring(from, markdown.indexOf("```", from)).strip();
    }
}
