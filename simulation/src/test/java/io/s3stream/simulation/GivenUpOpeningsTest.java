package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An opening whose caller abandoned it, and the next caller of the same stream [R43]. */
class GivenUpOpeningsTest {

    private final SimWorld world = new SimWorld(1, SimEngine::new);
    private final SimDisks disks = new SimDisks(world.simulator());
    private final SimNode node = world.start("node", disks, step -> false);
    private StreamStore store;
    private long id;

    @BeforeEach
    void open() {
        store = world.await(world.open(node, disks, 0), "open");
        id = world.await(store.createStream(CreateOptions.named("s")), "stream");
    }

    @Test
    void nextCallerWithSameEpochGetsHandle() {
        store.openStream(id, OpenOptions.owner(7)).cancel(false);
        store.openStream(id, OpenOptions.owner(7)).cancel(false);
        Stream stream = world.await(store.openStream(id, OpenOptions.owner(7)), "third opening");
        assertThat(stream.callerEpoch()).isEqualTo(7);
        appendAndClose(stream);
    }

    @Test
    void nextCallerWithOtherEpochGetsHandleOfThatEpoch() {
        store.openStream(id, OpenOptions.owner(7)).cancel(false);
        Stream stream = world.await(store.openStream(id, OpenOptions.owner(9)), "second opening");
        assertThat(stream.callerEpoch()).isEqualTo(9);
        appendAndClose(stream);
    }

    @Test
    void abandonedHandleIsClosedSoThatOtherNodeOpensStream() {
        store.openStream(id, OpenOptions.owner()).cancel(false);
        world.simulator().runFor(Duration.ofSeconds(5).toNanos());
        SimDisks others = new SimDisks(world.simulator());
        StreamStore other = world.await(
                world.open(world.start("other", others, step -> false), others, 1, options -> options.wal("store:/")),
                "other node");
        appendAndClose(world.await(other.openStream(id, OpenOptions.owner()), "opening elsewhere"));
    }

    @Test
    void secondCallerGetsHandleOfFirst() {
        CompletableFuture<Stream> first = store.openStream(id, OpenOptions.owner());
        CompletableFuture<Stream> second = store.openStream(id, OpenOptions.owner());
        Stream stream = world.await(first, "first opening");
        assertThat(world.await(second, "second opening")).isSameAs(stream);
        appendAndClose(stream);
    }

    @Test
    void aSecondCallerThatIsGoneLeavesTheHandleToTheFirst() {
        CompletableFuture<Stream> first = store.openStream(id, OpenOptions.owner());
        store.openStream(id, OpenOptions.owner()).cancel(false);
        store.openStreams(List.of(id), OpenOptions.owner()).cancel(false);
        Stream stream = world.await(first, "first opening");
        world.simulator().runFor(Duration.ofSeconds(5).toNanos());
        assertThat(stream.closed()).isNotDone();
        assertThat(store.openStreams()).containsExactly(stream);
        appendAndClose(stream);
    }

    @Test
    void closingStoreClosesStreamBeingOpened() {
        CompletableFuture<Stream> opening = store.openStream(id, OpenOptions.owner());
        CompletableFuture<Void> closed = store.close(Duration.ofMinutes(1));
        world.settle(opening, "opening");
        world.await(closed, "close");
        SimDisks others = new SimDisks(world.simulator());
        StreamStore other = world.await(
                world.open(world.start("other", others, step -> false), others, 1, options -> options.wal("store:/")),
                "other node");
        appendAndClose(world.await(other.openStream(id, OpenOptions.owner()), "opening elsewhere"));
    }

    private void appendAndClose(Stream stream) {
        world.await(stream.tryAppend(RecordBatch.of("x", 1)).durable(), "append");
        world.await(stream.close(), "close");
    }
}
