package io.s3stream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.tools.Progress;
import io.s3stream.cli.terminal.ProgressBar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandsTest {

    @TempDir
    Path dir;

    private Tool tool;

    @BeforeEach
    void fillStore() {
        tool = new Tool(dir);
        append("numbers", 0, 2000);
        append("numbers", 2000, 3000);
        append("others", 0, 10);
    }

    @Test
    void completeStoreVerifiesClean() {
        Tool.Result result = tool.onStore("verify", "--deep");
        assertThat(result.out())
                .startsWith("checked 2 streams, 3 ranges in 3 objects of ")
                .endsWith(" with 3010 batches: clean\n");
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(tool.onStore("verify", "--json").out())
                .startsWith("{")
                .contains("\"clean\":true", "\"findings\":[]")
                .endsWith("}\n");
    }

    @Test
    void missingObjectIsNamedAndFailsCheck() throws IOException {
        String object = objectOf("numbers", 2500);
        delete(dir.resolve("objects").resolve(object + "@"));

        Tool.Result result = tool.onStore("verify");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("missing: object=" + object + " stream=1 range=[2000, 3000)"))
                .contains("objects missing: 1")
                .anyMatch(line -> line.endsWith("not clean"));
        assertThat(tool.onStore("verify", "--json").out())
                .contains("\"clean\":false", "\"counts\":{\"missing\":1}", "\"object\":\"" + object + "\"");
        Tool.Result explained = tool.onStore("explain", "numbers", "2500");
        assertThat(explained.exitCode()).isEqualTo(1);
        assertThat(explained.errLines()).singleElement().asString().contains(object, "offset=2500");
    }

    @Test
    void unverifiableStoreIsNeitherCleanNorDamaged() {
        Tool.Result result = Tool.run(new byte[0], "verify", "--store=" + dir.resolve("nothing"));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.errLines()).singleElement().asString().contains("could not verify", "no store here");
    }

    @Test
    void recordIsFoundByOffset() {
        assertThat(tool.onStore("explain", "numbers", "2500").out())
                .contains("range           [2000, 3000), ", "object          data/", "offsets [2500, 2501)")
                .contains("checksums       right");
        assertThat(tool.onStore("explain", "2", "10").out())
                .contains("committed end   10", "no node has the stream open");
        tool.onStore("trim", "numbers", "1000");
        assertThat(tool.onStore("explain", "1", "999").out()).contains("the stream begins at offset 1000");
        assertThat(tool.onStore("explain", "nothing", "0").exitCode()).isEqualTo(1);
    }

    @Test
    void storeIsRebuiltFromItsObjects() throws IOException {
        Tool.Result dry = tool.onStore("rebuild", "--dry-run");
        assertThat(dry.exitCode()).isZero();
        assertThat(dry.out().lines())
                .anyMatch(line -> line.startsWith("numbers: offsets [0, 3000), epoch 2, 2 ranges of "))
                .contains("2 streams in 3 of 3 objects can be rebuilt; nothing was written");
        Path other = dir.resolve("other");
        assertThat(tool.onStore("rebuild", "--into=" + other).exitCode()).isZero();
        Tool.Result fetched = Tool.run(
                new byte[0],
                "fetch",
                "numbers",
                "--store=" + other,
                "--wal=block://" + dir.resolve("other-wal") + "?capacity=16MiB");
        assertThat(fetched.out()).isEqualTo(lines(0, 3000));

        Tool.Result refused = tool.onStore("rebuild", "--into=" + dir.resolve("objects"));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errLines()).singleElement().asString().contains("a store already exists");
        delete(dir.resolve("objects/meta"));
        Tool.Result inPlace = tool.onStore("rebuild", "--json", "--into=" + dir.resolve("objects"));
        assertThat(inPlace.out()).contains("\"copiedBytes\":0", "\"name\":\"others\"");
        assertThat(tool.onStore("verify", "--deep").exitCode()).isZero();
        assertThat(tool.onStore("rebuild").exitCode())
                .as("neither --into nor --dry-run")
                .isEqualTo(2);
    }

    @Test
    void lossyRebuildIsRefusedUntilLossIsAccepted() throws IOException {
        append("numbers", 3000, 3100);
        delete(dir.resolve("objects").resolve(objectOf("numbers", 2500) + "@"));
        delete(dir.resolve("objects/meta"));
        String into = "--into=" + dir.resolve("objects");

        Tool.Result refused = tool.onStore("rebuild", into);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.out()).contains("no object has offsets [2000, 3000)").contains("nothing was written");
        assertThat(dir.resolve("objects/meta/head@")).doesNotExist();

        String loss = refused.out().replaceFirst("(?s).*--accept-loss=(\\w+).*", "$1");
        assertThat(tool.onStore("rebuild", into, "--accept-loss=0badbad0").exitCode())
                .isEqualTo(2);
        assertThat(tool.onStore("rebuild", into, "--accept-loss=" + loss).exitCode())
                .isEqualTo(1);
        assertThat(tool.onStore("kept").out()).startsWith("data/").endsWith(" bytes are kept\n");
        assertThat(tool.onStore("verify").exitCode()).isZero();
        assertThat(Tool.run(
                                new byte[0],
                                "kept",
                                "--release",
                                "--store=" + dir.resolve("objects"),
                                "--wal=block://" + dir.resolve("new-wal") + "?capacity=16MiB")
                        .out())
                .endsWith(" bytes were released\n");
        assertThat(tool.onStore("kept").out()).isEqualTo("0 objects of 0 bytes are kept\n");
    }

    @Test
    void progressAppearsOnTerminalOnlyAndIsErased() {
        assertThat(shown(false)).isEmpty();
        String shown = shown(true);
        assertThat(shown).contains("verify [####################....................]  50%  5 of 10");
        assertThat(shown.substring(shown.lastIndexOf('#'))).endsWith("\r");
        assertThat(shown.substring(0, shown.length() - 1)).endsWith(" ");
    }

    private static String shown(boolean isTerminal) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ProgressBar bar = new ProgressBar(new PrintStream(err, true, StandardCharsets.UTF_8), isTerminal)) {
            bar.show(new Progress("verify", 5, 10));
            bar.show(new Progress("verify", 10, 10));
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Returns the key of the object that holds an offset. */
    private String objectOf(String stream, long offset) {
        return tool.onStore("explain", stream, Long.toString(offset))
                .out()
                .lines()
                .filter(line -> line.startsWith("object"))
                .findFirst()
                .orElseThrow()
                .replaceFirst("object +(\\S+),.*", "$1");
    }

    private static void delete(Path path) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(path)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }

    private void append(String stream, int from, int to) {
        tool.onStore(lines(from, to).getBytes(StandardCharsets.UTF_8), "append", stream);
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }
}
