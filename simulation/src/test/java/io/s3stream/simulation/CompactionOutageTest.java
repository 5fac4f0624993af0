package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.StorageFaults;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The object storage answers only 503 for some seconds, after one of the steps of a compaction. */
class CompactionOutageTest {

    private static final StorageFaults DOWN = new StorageFaults(1, 0, 0, 0);
    private static final Duration OUTAGE = Duration.ofSeconds(5);

    @Test
    void compactionSurvivesOutageAtEachStep() {
        for (String step : List.of("compact.merge", "compact.read", "compact.copy")) {
            for (int seed = 1; seed <= 5; seed++) {
                outage(seed, step);
            }
        }
    }

    private static void outage(long seed, String step) {
        SimWorld world = new SimWorld(seed, (node, disks) -> new SimEngine(node, disks) {
            @Override
            public CompactionSettings compactionSettings(StoreConfig config) {
                CompactionSettings tiny = super.compactionSettings(config);
                return new CompactionSettings(
                        tiny.interval(),
                        tiny.bytesPerSecond(),
                        tiny.windowBytes(),
                        tiny.partBytes(),
                        tiny.minCopyBytes(),
                        tiny.fanout(),
                        tiny.blockBytes(),
                        tiny.streamObjectBytes(),
                        tiny.streamObjectMaxBytes(),
                        10);
            }
        });
        SimDisks disk = new SimDisks(world.simulator());
        SimNode node = world.start("node", disk, at -> false);
        StreamStore store = world.await(world.open(node, disk, 0), "open");
        Stream stream = world.await(
                store.createStream(CreateOptions.unnamed())
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        boolean[] isDown = new boolean[1];
        node.watch(at -> {
            if (at.equals(step) && !isDown[0]) {
                isDown[0] = true;
                world.faults(DOWN);
                world.simulator()
                        .after(OUTAGE.toNanos(), "the end of the outage", () -> world.faults(StorageFaults.NONE));
            }
        });
        for (int upload = 0; upload < 24 && !isDown[0]; upload++) {
            int bytes = upload < 6 ? 3_000 : 14_000; // shared objects first, then the stream's own
            world.await(
                    stream.append(RecordBatch.of(ByteBuffer.allocate(bytes), 1)).durable(), "append");
            world.await(stream.flush(), "flush");
        }
        world.simulator().runFor(OUTAGE.multipliedBy(6).toNanos());

        assertThat(isDown[0]).as("%s was reached", step).isTrue();
        int begun = steps(world, "compact.merge") + steps(world, "compact.join") + steps(world, "compact.rewrite");
        assertThat(steps(world, "compact.retry"))
                .as("%s, seed %d: attempts again", step, seed)
                .isPositive();
        assertThat(steps(world, "compact.committed"))
                .as("%s, seed %d", step, seed)
                .isEqualTo(begun);
    }

    private static int steps(SimWorld world, String name) {
        return world.simulator().counts().getOrDefault("step " + name, 0);
    }
}
