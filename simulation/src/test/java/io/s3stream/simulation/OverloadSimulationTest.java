package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends faster than object storage: the uploaded bytes and the object sizes are as with slower appends [R45]. */
class OverloadSimulationTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int RUN_SECONDS = 40;
    private static final int BATCH = 4 << 10;
    private static final long THRESHOLD = 256 << 10;
    private static final long PUT_BYTES_PER_SECOND = 160 << 10;
    private static final long PACE = 200 << 10; // bytes a second, less than two concurrent uploads can do

    private final List<Long> objects = new ArrayList<>();
    private final SimWorld world = new SimWorld(45, SimEngine::new);

    @ParameterizedTest
    @ValueSource(longs = {50, 500})
    void overloadUploadsAsMuchAsSteadyPace_R45(long commitMillis) {
        long paced = new OverloadSimulationTest().run(commitMillis, 0);
        long overloaded = run(commitMillis, RUN_SECONDS);
        assertThat(overloaded).isGreaterThanOrEqualTo(paced * 95 / 100);
        assertThat(median()).isGreaterThanOrEqualTo(THRESHOLD / 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {50, 500})
    void uploadIsNormalTenSecondsAfterBurst_R45(long commitMillis) {
        run(commitMillis, RUN_SECONDS / 4);
        assertThat(median()).isGreaterThanOrEqualTo(THRESHOLD / 2);
        long last = objects.stream()
                .skip(objects.size() / 2)
                .filter(size -> size < THRESHOLD / 2)
                .count();
        assertThat(last).as("small objects in the second half").isZero();
    }

    private long median() {
        return objects.stream().sorted().skip(objects.size() / 2).findFirst().orElse(0L);
    }

    /** Returns the uploaded bytes. */
    private long run(long commitMillis, int burstSeconds) {
        SimDisks disks = new SimDisks(world.simulator());
        SimNode node = world.start("n", disks, step -> false);
        StoreConfig config = SimConfig.builder()
                .writeCacheBytes(4 * THRESHOLD)
                .uploadThresholdBytes(THRESHOLD)
                .uploadInterval(Duration.ofSeconds(10))
                .streamObjectBytes(THRESHOLD / 4)
                .walTimeout(Duration.ofSeconds(5))
                .compactionEnabled(false)
                .build();
        SlowPuts slow = new SlowPuts(node, world.storage(node), commitMillis);
        StreamStore store = world.await(
                world.open(
                        node,
                        disks,
                        0,
                        options -> options.storage(slow)
                                .config(config)
                                .wal("block:///wal?capacity=4MiB&maxInFlight=4&maxInFlightBytes=64KiB")),
                "open");
        Stream stream = world.await(
                store.createStream(CreateOptions.unnamed())
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        slow.on = true;
        long begun = world.simulator().now();
        long end = begun + RUN_SECONDS * SECOND;
        long paceFrom = begun + burstSeconds * SECOND;
        long sent = 0;
        for (long now = begun; now < end; now = world.simulator().now()) {
            long due = paceFrom + sent * SECOND / PACE;
            if (now >= paceFrom && due > now) {
                world.simulator().runFor(due - now);
            }
            append(stream);
            sent += now >= paceFrom ? BATCH : 0;
        }
        return store.stats().uploadedBytes();
    }

    private void append(Stream stream) {
        while (true) {
            try {
                stream.tryAppend(RecordBatch.of(new byte[BATCH], 1));
                world.simulator().runFor(50_000); // a caller is not infinitely fast
                return;
            } catch (StoreBusyException busy) {
                world.await(stream.writable(BATCH), "room");
            }
        }
    }

    /** Each put takes time by the size of its body; the head takes a time of its own. */
    private final class SlowPuts extends ForwardingObjectStorage {

        private final SimNode node;
        private final long commitMillis;
        private boolean on;

        SlowPuts(SimNode node, ObjectStorage behind, long commitMillis) {
            super(behind);
            this.node = node;
            this.commitMillis = commitMillis;
        }

        @Override
        public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
            if (!on) {
                return super.put(key, body, condition);
            }
            Duration time = key.equals("meta/head")
                    ? Duration.ofMillis(commitMillis)
                    : Duration.ofMillis(20 + body.length() * 1000 / PUT_BYTES_PER_SECOND);
            if (key.startsWith("data/")) {
                objects.add(body.length());
            }
            CompletableFuture<Optional<String>> done = new CompletableFuture<>();
            node.schedule(
                    time,
                    node.serialContext("network"),
                    () -> super.put(key, body, condition).whenComplete((version, error) -> {
                        if (error == null) {
                            done.complete(version);
                        } else {
                            done.completeExceptionally(error);
                        }
                    }));
            return done;
        }
    }
}
