package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Outage;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreListener;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.StorageFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The object storage answers only 503 for eight hours. Appends continue, and all records are committed later [R44]. */
class OutageOfHoursTest {

    private static final StorageFaults DOWN = new StorageFaults(1, 0, 0, 0);
    private static final int HOURS = 8;
    private static final int APPENDS_PER_HOUR = 2;

    @Test
    void eightHoursWithoutObjectStorageLoseNothing_R44() {
        for (int seed = 1; seed <= 3; seed++) {
            outage(seed);
        }
    }

    private static void outage(long seed) {
        List<Outage> began = new ArrayList<>();
        List<Outage> ended = new ArrayList<>();
        StoreListener listener = new StoreListener() {
            @Override
            public void unreachable(Outage outage) {
                began.add(outage);
            }

            @Override
            public void reachable(Outage outage) {
                ended.add(outage);
            }
        };
        SimWorld world = new SimWorld(seed, (node, disks) -> new SimEngine(node, disks) {
            @Override
            public MetadataSettings metadataSettings() {
                return MetadataSettings.DEFAULT;
            }
        });
        SimDisks disk = new SimDisks(world.simulator());
        SimNode node = world.start("node", disk, at -> false);
        StreamStore store = world.await(world.open(node, disk, 0, options -> options.listener(listener)), "open");
        Stream stream = world.await(
                store.createStream(CreateOptions.named("a"))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        world.faults(DOWN);
        var created = store.createStream(CreateOptions.named("during the outage"));
        int appended = 0;
        for (int i = 0; i < HOURS * APPENDS_PER_HOUR; i++) {
            world.await(stream.append(RecordBatch.of("record " + appended++, 1)).durable(), "append");
            world.simulator().runFor(Duration.ofMinutes(60 / APPENDS_PER_HOUR).toNanos());
        }
        assertThat(created).isNotDone();
        assertThat(began).isNotEmpty();
        assertThat(ended).isEmpty();
        world.faults(StorageFaults.NONE);
        world.await(created, "create");
        world.await(stream.flush(), "flush");
        assertThat(ended).hasSameSizeAs(began);
        assertThat(ended.get(0).lasted()).isGreaterThan(Duration.ofHours(7));
        world.await(store.close(Duration.ofMinutes(1)), "close");

        StreamStore again = world.await(world.open(world.start("node", disk, at -> false), disk, 0), "open again");
        Stream read = world.await(again.openStream(stream.id(), OpenOptions.owner()), "open the stream");
        for (long next = 0; next < appended; ) {
            try (FetchResult some = world.await(read.fetch(next, appended, 1 << 20, FetchOptions.NO_WAIT), "fetch")) {
                next = some.nextOffset();
            }
        }
        assertThat(world.await(again.findStream("during the outage"), "find")).isPresent();
    }

    @Test
    void closeDuringOutageReturnsInTimeAndLosesNothing_R44() {
        SimWorld world = new SimWorld(7, SimEngine::new);
        SimDisks disk = new SimDisks(world.simulator());
        SimNode node = world.start("node", disk, at -> false);
        StreamStore store = world.await(world.open(node, disk, 0), "open");
        Stream stream = world.await(
                store.createStream(CreateOptions.named("a"))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        world.faults(DOWN);
        world.await(stream.append(RecordBatch.of("x", 1)).durable(), "append");
        store.createStream(CreateOptions.named("never answered"));
        world.simulator().runFor(Duration.ofMinutes(20).toNanos());
        long begin = world.simulator().now();
        world.await(store.close(Duration.ofSeconds(30)), "close");
        assertThat(Duration.ofNanos(world.simulator().now() - begin)).isLessThan(Duration.ofSeconds(60));
        world.faults(StorageFaults.NONE);
        StreamStore again = world.await(world.open(world.start("node", disk, at -> false), disk, 0), "open again");
        Stream read = world.await(again.openStream(stream.id(), OpenOptions.owner()), "open the stream");
        assertThat(read.confirmOffset()).isEqualTo(1);
    }

    /** A host that does not wait for answers is refused before its heap is full. */
    @Test
    void callsWaitingForMetadataAreLimited_R46() {
        SimWorld world = new SimWorld(9, SimEngine::new);
        SimDisks disk = new SimDisks(world.simulator());
        StreamStore store = world.await(world.open(world.start("node", disk, at -> false), disk, 0), "open");
        world.faults(DOWN);
        CreateOptions large = new CreateOptions("", Map.of("k", "v".repeat(16_000)));
        List<CompletableFuture<Long>> waiting = new ArrayList<>();
        CompletableFuture<Long> refused = store.createStream(large);
        while (!refused.isCompletedExceptionally()) {
            waiting.add(refused);
            assertThat(waiting).hasSizeLessThan(10_000);
            refused = store.createStream(large);
            world.simulator().runFor(Duration.ofMillis(1).toNanos());
        }
        assertThat(waiting).hasSizeGreaterThan(1_000);
        assertThat(refused)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(StoreBusyException.class)
                .withMessageContaining("wait for some of them");
        world.faults(StorageFaults.NONE);
        waiting.forEach(created -> world.await(created, "create"));
        world.await(store.createStream(large), "another one");
        world.await(store.close(Duration.ofMinutes(1)), "close");
    }
}
