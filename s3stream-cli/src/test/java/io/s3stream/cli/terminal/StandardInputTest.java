package io.s3stream.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Standard input is not a file that the JVM opened itself. */
class StandardInputTest {

    @TempDir
    Path dir;

    @Test
    void jvmFilesAreNotStandardInputAndOtherFilesAre() throws IOException {
        Path java = Path.of(System.getProperty("java.home")).toRealPath();
        assertThat(StandardInput.isOfTheJvm(java.resolve("lib/modules"))).isTrue();
        assertThat(StandardInput.isOfTheJvm(dir.resolve("classes.jsa"))).isTrue();
        assertThat(StandardInput.isOfTheJvm(Files.createFile(dir.resolve("lines.txt"))))
                .isFalse();
        assertThat(StandardInput.isOfTheJvm(Path.of("pipe:[4711]"))).isFalse();
    }

    /** The child JVM opens its own files as descriptor 0. {@code append} must not read them as lines. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void appendWithClosedStandardInputReadsNothing() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "exec \"$0\" -cp \"$1\" io.s3stream.cli.Main append s"
                                + " --store=\"$2/objects\" --wal=\"block://$2/wal?capacity=16MiB\" <&-",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"),
                        dir.toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(child.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(out).isZero();
        assertThat(out).doesNotContain("ACK");
    }
}
