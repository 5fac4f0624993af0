package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process stops while it closes its store. Another process begins to be its node and may stop as well. Then the first
 * process continues to its end, and after it the second, which finds all the data that it needs [R6].
 */
class LateCloserTest {

    private static final List<String> CLOSING = List.of("close.uploaded", "metadata.cas", "metadata.cas.done");
    private static final List<String> OPENING =
            List.of("open.registered", "open.fenced", "open.replayed", "open.sealed");

    static java.util.stream.Stream<List<String>> histories() {
        return CLOSING.stream().flatMap(closing -> OPENING.stream().map(opening -> List.of(closing, opening)));
    }

    @ParameterizedTest
    @MethodSource("histories")
    void openerOfClosingNodeFindsItsData(List<String> history) {
        SimWorld world = new SimWorld(1, SimEngine::new);
        Simulator simulator = world.simulator();
        SimDisks disks = new SimDisks(simulator);
        SimNode closer = world.start("closer", disks, step -> false);
        StreamStore store = world.await(
                world.open(closer, disks, 0, options -> options.wal(SimConfig.STORE_WAL_URI)), "first open");
        Stream stream = world.await(
                store.createStream(CreateOptions.named("s"))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        for (int i = 0; i < 20; i++) {
            world.await(stream.append(RecordBatch.of(new byte[100], 1)).durable(), "append");
        }
        closer.watch(step -> stopAt(closer, step, history.get(0)));
        CompletableFuture<Void> closed = store.close(Duration.ofMinutes(1));
        simulator.runUntil(closer::isPaused, 1_000_000, "close");

        SimNode opener = world.start("opener", disks, step -> false);
        opener.watch(step -> stopAt(opener, step, history.get(1)));
        CompletableFuture<StreamStore> opening =
                world.open(opener, disks, 0, options -> options.wal(SimConfig.STORE_WAL_URI));
        simulator.runUntil(() -> opener.isPaused() || opening.isDone(), 1_000_000, "second open");
        closer.watch(step -> {});
        closer.resume();
        world.settle(closed, "end of close");
        simulator.runFor(Duration.ofSeconds(10).toNanos());
        opener.watch(step -> {});
        opener.resume();

        StreamStore successor = world.await(opening, "second open continues");
        Stream again = world.await(successor.openStream(stream.id(), OpenOptions.owner()), "stream again");
        assertThat(again.nextOffset()).isEqualTo(20);
        world.await(successor.close(Duration.ofMinutes(1)), "last close");
    }

    private static void stopAt(SimNode node, String step, String where) {
        if (step.equals(where)) {
            node.pause();
        }
    }
}
