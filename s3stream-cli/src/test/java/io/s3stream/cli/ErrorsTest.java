package io.s3stream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fetch",
                "fetch a --from=x",
                "fetch a --no-such-option",
                "trim a",
                "no-such-command",
                "ls --node=x",
                "bench append --record-size=4parsecs",
                "bench append --duration=soon",
                "append a b c"
            })
    void argumentMistakeIsReportedInOneLine(String arguments) {
        Tool.Result result = Tool.run(new byte[0], arguments.split(" "));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.errLines()).hasSize(1).first().asString().contains("--help");
    }

    @Test
    void failureIsReportedInOneLineAndTracedOnDemand() {
        Tool tool = new Tool(dir);
        tool.onStore("create", "something");
        Tool.Result brief = tool.onStore("fetch", "nothing");
        assertThat(brief.exitCode()).isEqualTo(1);
        assertThat(brief.errLines()).hasSize(1).first().asString().contains("'nothing'");
        assertThat(tool.onStore("fetch", "nothing", "--stacktrace").errLines()).hasSizeGreaterThan(3);
    }

    @Test
    void badConfigurationNamesAllProblemsInOneLine() {
        Tool.Result result =
                new Tool(dir).onStore("ls", "--config", "frameBytes=1", "--config", "noSuch=1", "--node=0");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errLines()).hasSize(1).first().asString().contains("frameBytes=1", "noSuch");
    }

    @Test
    void closedOutputPipeEndsToolQuietly() {
        Tool tool = new Tool(dir);
        tool.onStore("a\nb\n".getBytes(StandardCharsets.UTF_8), "append", "lines");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Terminal terminal =
                Terminal.of(InputStream.nullInputStream(), closed, new PrintStream(err, true, StandardCharsets.UTF_8));
        String[] options = tool.storeOptions();
        int exitCode = Main.run(terminal, "fetch", "lines", options[0], options[1]);
        assertThat(exitCode).isEqualTo(141);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
