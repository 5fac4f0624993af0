package io.s3stream.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.examples.terminal.Futures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {

    @TempDir
    Path dir;

    @Test
    void aStoreThatDiscardsItsDataTakesAppendsAndReopens() {
        DiscardingObjectStorage storage = new DiscardingObjectStorage();
        try (StreamStore store = open(storage)) {
            Stream stream = Workspace.openStreams(store, 1).get(0);
            Window window = new Window(8);
            for (int i = 0; i < 1000; i++) {
                window.add(stream.append(RecordBatch.of(new byte[1000])));
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
    void theMedianIsTheMiddle() {
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
