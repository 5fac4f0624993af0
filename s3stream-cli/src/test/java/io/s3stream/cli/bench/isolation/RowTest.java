package io.s3stream.cli.bench.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.cli.bench.LoadOptions;
import io.s3stream.cli.bench.Report;
import io.s3stream.cli.bench.StorageOptions;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.ToolException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RowTest {

    private final StorageOptions storage = new StorageOptions();
    private final LoadOptions load = new LoadOptions();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    Path dir;

    @Test
    void disturbanceThatDidNotHappenIsAnError() {
        assertThatExceptionOfType(ToolException.class)
                .isThrownBy(() -> row().run(DisturbanceKind.UPLOAD, 1, scene -> new Quiet()))
                .withMessage("upload: round 1 had no disturbance: 0 events; give a longer --duration");
    }

    /** Otherwise quiet phases would be disturbed, and the rows for faults would show an upload as well. */
    @Test
    void quietPhasesUploadNothing() throws Exception {
        long[] uploads = new long[2];
        row().run(DisturbanceKind.UPLOAD, 1, scene -> new Disturbance() {
            @Override
            public void prepare() {
                uploads[0] = scene.storage().dataPuts();
            }

            @Override
            public void begin(Duration phase) {
                uploads[1] = scene.storage().dataPuts();
            }

            @Override
            public boolean hasHappened() {
                return true;
            }

            @Override
            public Proof end() {
                return new Proof(1, "events", 0, 0);
            }
        });
        assertThat(uploads[1]).as("the flush after the quiet phase").isEqualTo(uploads[0] + 1);
    }

    @Test
    void everyRecordOfPhaseCountsInBothLatencies() throws Exception {
        RowResult result = row().run(DisturbanceKind.POLLS, 2, scene -> new IdlePolls(scene));
        assertThat(result.quiet()).hasSize(2);
        assertThat(result.allDisturbed().appends().getTotalCount())
                .isPositive()
                .isEqualTo(result.allDisturbed().reads().getTotalCount());
        assertThat(result.allDisturbed().proof().count()).isEqualTo(2 * 100);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("polls, round 2: append p99 ");
    }

    @Test
    void phaseWithoutRecordsIsAnError() {
        assertThatExceptionOfType(ToolException.class)
                .isThrownBy(() ->
                        row("--rate=1", "--duration=50ms").run(DisturbanceKind.POLLS, 1, scene -> new IdlePolls(scene)))
                .withMessage(
                        "--duration=50ms: no record was due in a phase; give a longer --duration or a greater --rate");
    }

    private Row row() {
        return row("--rate=256KiB", "--duration=200ms");
    }

    private Row row(String rate, String duration) {
        DisturbanceOptions disturbances = new DisturbanceOptions();
        parse(storage, "--dir=" + dir.resolve("bench"), "--config=blockCacheBytes=8MiB");
        parse(load, "--streams=3", rate, duration, "--warmup=100ms");
        parse(disturbances, "--polls=100");
        Report report = new Report(new Output(printed));
        return new Row(storage, load, disturbances, new Sizes(64 << 20, 96 << 20), report);
    }

    private static void parse(Object options, String... arguments) {
        CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
        spec.addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        new CommandLine(spec).parseArgs(arguments);
    }
}
