package io.s3stream.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Output;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {

    @TempDir
    Path dir;

    @Test
    void discardingStoreTakesAppendsAndReopens() {
        DiscardingObjectStorage storage = new DiscardingObjectStorage();
        try (StreamStore store = open(storage)) {
            Stream stream = Workspace.openStreams(store, 1).get(0);
            Window window = new Window(8);
            for (int i = 0; i < 1000; i++) {
                window.add(stream.append(RecordBatch.of(new byte[1000], System.currentTimeMillis())));
            }
            window.finish();
            assertThat(window.done()).isEqualTo(1000);
            assertThat(Usage.of(store).frameBytes()).isGreaterThan(1_000_000);
        }
        try (StreamStore store = open(storage)) {
            assertThat(Futures.await(store.findStream("bench-0")).orElseThrow().committedEnd())
                    .isEqualTo(1000);
        }
    }

    @Test
    void tableShowsOnlyMetricsThatChanged() {
        MetricsTable table = new MetricsTable();
        MetricDescription requests = MetricDescription.of("s3stream.storage.requests", MetricUnit.COUNT, "Requests")
                .with("node", "0");
        table.counter(requests.with("operation", "get")).add(3);
        table.counter(requests.with("operation", "head"));
        table.histogram(MetricDescription.of("s3stream.append.latency", MetricUnit.NANOSECONDS, "Latency")
                        .with("node", "0"))
                .record(2_000_000);
        table.gauge(MetricDescription.of("s3stream.closed", MetricUnit.BYTES, "Bytes of a closed store"), () -> 1)
                .close();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        table.print(new Report(new Output(printed)));
        assertThat(printed.toString(StandardCharsets.UTF_8).lines().skip(1))
                .satisfiesExactly(
                        first -> assertThat(first).matches("    append.latency +p50 2.0\\d\\d, .* ms \\(1\\)"),
                        second -> assertThat(second).matches("    storage.requests operation=get +3"));
    }

    @Test
    void medianIsMiddleValue() {
        assertThat(Report.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2.0);
        assertThat(Report.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
    }

    private StreamStore open(DiscardingObjectStorage storage) {
        return StreamStore.builder()
                .storage(storage)
                .wal("block://" + dir.resolve("wal") + "?capacity=16MiB")
                .open();
    }
}
