package io.s3stream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each disturbance at a tiny size. A run fails if its disturbance does not happen. */
class IsolationBenchTest {

    private static final String LATENCIES = "(\\d+\\.\\d\\d / ){2}\\d+\\.\\d\\d ms +";

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upload     | [1-9]\\d* objects uploaded, \\d+\\.\\d MB, .* MB/s",
                "compaction | [1-9]\\d* objects compacted, \\d+\\.\\d MB, .* MB/s",
                "catch-up   | 5 cold streams read at up to 524\\.3 MB/s, \\d+\\.\\d MB, .* MB/s",
                "throttle   | [1-9]\\d* requests refused",
                "slow-put   | [1-9]\\d* PUTs delayed",
                "take-over  | 1 take-overs, 1\\.1 MB, .* MB/s",
                "polls      | 500 long polls waiting",
                "checkpoint | 1 checkpoints of 300 streams and more, 0\\.\\d MB, .* MB/s",
            })
    void disturbanceIsMeasuredAndProved(String name, String proof) {
        Tool.Result result = bench("--limit=1000", "--only=" + name);
        assertThat(result.exitCode()).as(result.err()).isZero();
        List<String> table = result.out()
                .lines()
                .dropWhile(line -> !line.startsWith("  disturbance"))
                .toList();
        assertThat(table)
                .satisfiesExactly(
                        header ->
                                assertThat(header).matches("  disturbance latency quiet p50 / p99 / max .* ≤ 1000.00"),
                        append -> assertThat(append)
                                .matches("  " + name + " +append +" + LATENCIES + LATENCIES
                                        + "\\d+\\.\\d\\d +\\d+\\.\\d\\d to \\d+\\.\\d\\d +yes"),
                        read -> assertThat(read).matches(" +read +" + LATENCIES + LATENCIES + ".* yes"),
                        happened -> assertThat(happened.strip()).matches(proof));
        assertThat(result.out()).contains("  " + name + ", round 1: append p99 ");
        assertThat(dir.resolve("bench")).doesNotExist();
    }

    @Test
    void ratioAboveLimitFailsOnlyOnRequest() {
        Tool.Result result = bench("--only=upload", "--limit=0.000001", "--fail-above=0.000001");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).containsPattern("(?m)^  upload .* no$");
        assertThat(result.errLines())
                .anySatisfy(line -> assertThat(line)
                        .matches("s3stream: upload: p99 is \\d+\\.\\d\\d times that of quiet phases, above"
                                + " --fail-above=1\\.0E-6"));
        assertThat(bench("--only=upload", "--limit=0.000001").exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rounds=0              | --rounds=0: must be at least 1; give 3 or more for a median",
                "--limit=0               | --limit=0.0: must be greater than 0; give for example 1.5",
                "--fail-above=-1         | --fail-above=-1.0: must be greater than 0; give for example 1.5",
                "--discard               | --discard: disturbances read objects; leave it out",
                "--store=memory:         | --store=memory: several nodes share the objects; give a directory",
                "--keep                  | --keep: each disturbance has a directory of its own; name one disturbance",
                "--small-objects=1       | --small-objects=1: must be at least 2; give a greater value",
                "--cold-size=1KiB        | --cold-size=1024: must be at least 1048576; give a greater value",
                "--take-over-size=0      | --take-over-size=0: must be at least 1048576; give a greater value",
                "--polls=0               | --polls=0: must be at least 1; give a greater value",
                "--metadata-streams=0    | --metadata-streams=0: must be at least 1; give a greater value",
                "--put-latency=0s        | --put-latency=0: must be at least 1; give a greater value",
                "--duration=10h          | --duration=36000000ms: a phase without uploads needs",
                "--only=upload,downloads | no such disturbance; give one or several of upload, compaction, catch-up",
            })
    void badOptionIsRefusedWithValueAndRemedy(String option, String message) {
        Tool.Result result = Tool.run(new byte[0], "bench", "isolation", "--dir=" + dir.resolve("bench"), option);
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).contains(message);
        assertThat(result.out()).isEmpty();
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void directoryInUseIsLeftAlone() throws Exception {
        Path file = Files.createDirectories(dir.resolve("bench")).resolve("mine");
        Files.writeString(file, "data");
        Tool.Result result = bench("--only=upload");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("bench exists: an earlier run left or kept it; remove it");
        assertThat(file).hasContent("data");
    }

    private Tool.Result bench(String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "bench",
                "isolation",
                "--dir=" + dir.resolve("bench"),
                "--wal-capacity=96MiB",
                "--config=blockCacheBytes=8MiB",
                "--config=readBufferBytes=8MiB",
                "--config=compactionFanout=2",
                "--streams=5",
                "--rate=1MiB",
                "--duration=200ms",
                "--warmup=100ms",
                "--rounds=1",
                "--cold-size=8MiB",
                "--cold-streams=5",
                "--small-objects=4",
                "--put-latency=20ms",
                "--take-over-size=1MiB",
                "--polls=500",
                "--metadata-streams=300"));
        arguments.addAll(List.of(options));
        return Tool.run(new byte[0], arguments.toArray(String[]::new));
    }
}
