package io.s3stream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCommandsTest {

    @TempDir
    Path dir;

    private Tool tool;

    @BeforeEach
    void chooseStore() {
        tool = new Tool(dir);
    }

    @Test
    void appendedLinesAreAcknowledgedInOrderAndFetchedUnchanged() {
        String input = lines(0, 5000);

        Tool.Result appended = append("numbers", input);

        assertThat(appended.exitCode()).isZero();
        assertThat(appended.err()).isEmpty();
        assertThat(appended.out())
                .isEqualTo(IntStream.range(0, 5000)
                        .mapToObj(i -> "ACK " + i + "\n")
                        .collect(Collectors.joining()));
        assertThat(tool.onStore("fetch", "numbers").out()).isEqualTo(input);
        assertThat(append("numbers", "one more").out()).isEqualTo("ACK 5000\n");
        assertThat(tool.onStore("fetch", "numbers", "--from=4999").out()).isEqualTo("line 4999\none more\n");
        assertThat(tool.onStore("fetch", "numbers", "--from=3", "--to=5").out()).isEqualTo(lines(3, 5));
        assertThat(tool.onStore("fetch", "numbers", "--count").out()).isEqualTo("5001\n");
        assertThat(tool.onStore("tail", "numbers", "-n", "2").out()).isEqualTo("line 4999\none more\n");
    }

    @Test
    void nonTextBytesSurvive() {
        byte[] input = {(byte) 0xff, 0, '\r', '\n', (byte) 0xc3, '\n'};
        tool.onStore(input, "append", "bytes");
        String[] args = {"fetch", "bytes"};
        assertThat(tool.onStore(args).out()).isEqualTo(new String(input, StandardCharsets.UTF_8));
    }

    @Test
    void emptyLinesAreLeftOutAndReported() {
        Tool.Result appended = append("gaps", "a\n\n\nb\n");
        assertThat(appended.exitCode()).isZero();
        assertThat(appended.errLines()).containsExactly("s3stream: skipped 2 empty lines");
        assertThat(tool.onStore("fetch", "gaps").out()).isEqualTo("a\nb\n");
    }

    @Test
    void trimmedStreamBeginsAtTrimOffset() {
        append("trimmed", lines(0, 10));
        assertThat(tool.onStore("trim", "trimmed", "4").exitCode()).isZero();
        assertThat(tool.onStore("fetch", "trimmed").out()).isEqualTo(lines(4, 10));

        Tool.Result before = tool.onStore("fetch", "trimmed", "--from=3");
        assertThat(before.exitCode()).isEqualTo(1);
        assertThat(before.out()).isEmpty();
        assertThat(before.errLines()).hasSize(1).first().asString().contains("offset=3", "[4, 10]");
    }

    @Test
    void positionsByTimeAndSizesArePrinted() {
        long before = System.currentTimeMillis();
        append("timed", lines(0, 10));
        append("timed", lines(10, 20));

        assertThat(tool.onStore("offset", "timed", "--timestamp=" + before).out())
                .isEqualTo("0\n");
        assertThat(tool.onStore("offset", "timed", "--timestamp=" + Long.MAX_VALUE)
                        .out())
                .isEqualTo("none\n");
        int records = lines(0, 20).length() - 20; // newlines are not stored
        assertThat(tool.onStore("size", "timed").out()).isEqualTo((20 * 48 + records) + "\n");
        assertThat(tool.onStore("size", "timed", "--from=3", "--to=5").out())
                .isEqualTo((2 * (48 + "line 3".length())) + "\n");
        Tool.Result beyond = tool.onStore("size", "timed", "--to=21");
        assertThat(beyond.exitCode()).isEqualTo(1);
        assertThat(beyond.errLines()).hasSize(1).first().asString().contains("offset=21", "[0, 20]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--store=s3://KEY:SECRET@bucket/a b",
                "--store=s3://KEY:SECRET@bucket/p",
                "--store=s3://bucket/p?endpoint=https://a:SECRET@h/",
                "--store=s3://bucket/p#SECRET",
                "--wal=s3://KEY:SECRET@bucket/a b",
                "--register=postgresql://u:SECRET@host/a b"
            })
    void secretInUriIsNotPrinted(String option) {
        Tool.Result refused = Tool.run(new byte[0], "ls", option);
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).isNotEmpty();
        assertThat(refused.out() + refused.err()).doesNotContain("SECRET");
    }

    @Test
    void streamsAreCreatedListedDescribedAndDeleted() {
        assertThat(tool.onStore("create", "b", "--tag", "color=blue").out()).isEqualTo("1\n");
        append("a", lines(0, 3));
        assertThat(tool.onStore("ls", "-q").out()).isEqualTo("b\na\n");
        assertThat(tool.onStore("ls", "a").out()).contains(" 3 ", " a\n").doesNotContain(" b\n");
        assertThat(tool.onStore("info", "b").out()).contains("tag color").contains("blue");
        assertThat(tool.onStore("info", "a").out())
                .contains("end offset      3")
                .contains("[0, 3)");
        assertThat(tool.onStore("info").out()).contains("streams         2");
        assertThat(tool.onStore("delete", "b").exitCode()).isZero();
        assertThat(tool.onStore("ls", "-q").out()).isEqualTo("a\n");
    }

    private Tool.Result append(String stream, String input) {
        return tool.onStore(input.getBytes(StandardCharsets.UTF_8), "append", stream);
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }
}
