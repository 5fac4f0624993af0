package io.s3stream.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProducerTest {

    @TempDir
    Path dir;

    /** A stall at the end of a schedule would be invisible if the late records were dropped. */
    @Test
    void recordsThatAreLateAtEndOfScheduleAreAppended() throws InterruptedException {
        try (StreamStore store = StreamStore.builder()
                .storage(new DiscardingObjectStorage())
                .wal("block://" + dir.resolve("wal") + "?capacity=16MiB")
                .open()) {
            List<Stream> streams = Workspace.openStreams(store, 1);
            CountDownLatch stalled = new CountDownLatch(1);
            AtomicLong latest = new AtomicLong(Long.MIN_VALUE);
            AtomicLong recorded = new AtomicLong();
            long stop;
            Load load = new Load(store, streams, options());
            try (Load.Running running = load.start((due, now) -> {
                await(stalled); // the callback thread of the store: with --outstanding the producer waits for it
                latest.accumulateAndGet(due, Math::max);
                recorded.incrementAndGet();
            })) {
                running.pass(Duration.ofMillis(100));
                stop = System.nanoTime();
                running.endSchedule();
                stalled.countDown();
                running.awaitSchedule();
                long records = running.records();
                Awaitility.await().until(() -> recorded.get() == records);
            }
            assertThat(stop - latest.get())
                    .as("time from the last due record to the end")
                    .isLessThan(1_000_000);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not released");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LoadOptions options() {
        LoadOptions options = new LoadOptions();
        CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
        spec.addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        new CommandLine(spec)
                .parseArgs("--streams=1", "--producers=1", "--record-size=1KiB", "--rate=8MiB", "--outstanding=4KiB");
        return options;
    }
}
