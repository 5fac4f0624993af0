package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A node dies with records in its WAL. An operator abandons them and closes its stream, and another node continues the
 * stream. When the first node returns, the records in its WAL belong to an old epoch: they must not reach the stream
 * [R8].
 */
final class StaleEpochScenario {

    private final SimWorld world;
    private final SimDisks firstDisk;
    private final SimDisks secondDisk;

    StaleEpochScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.firstDisk = new SimDisks(world.simulator());
        this.secondDisk = new SimDisks(world.simulator());
    }

    Simulator run() {
        SimNode first = world.start("first", firstDisk, step -> false);
        StreamStore store = world.await(world.open(first, firstDisk, 0), "open");
        Stream stream = world.await(
                store.createStream(CreateOptions.named("s"))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        append(stream, "kept", 1 + world.simulator().random().nextInt(5));
        world.await(stream.flush(), "flush");
        long kept = stream.confirmOffset();
        append(stream, "abandoned", 1 + world.simulator().random().nextInt(5));
        first.crash();

        giveUp(stream.id());
        SimNode second = world.start("second", secondDisk, step -> false);
        StreamStore successor = world.await(world.open(second, secondDisk, 1), "open of the second node");
        Stream continued = world.await(successor.openStream(stream.id(), OpenOptions.owner()), "stream");
        append(continued, "continued", 1 + world.simulator().random().nextInt(5));
        long end = continued.confirmOffset();

        SimNode returned = world.start("first", firstDisk, step -> false);
        world.settle(world.open(returned, firstDisk, 0), "the first node's return");
        world.settle(continued.flush(), "flush");
        second.crash();
        SimNode third = world.start("second", secondDisk, step -> false);
        StreamStore reopened = world.await(world.open(third, secondDisk, 1), "reopen of the second node");
        check(world.await(reopened.openStream(stream.id(), OpenOptions.owner()), "stream"), kept, end);
        return world.simulator();
    }

    private void append(Stream stream, String text, int times) {
        for (int i = 0; i < times; i++) {
            world.await(stream.tryAppend(RecordBatch.of(text, 1)).durable(), "append");
        }
    }

    /** An operator accepts the loss: takes the node's epoch and closes the stream at its committed end. */
    private void giveUp(long streamId) {
        SimNode operator = world.start("operator", new SimDisks(world.simulator()), step -> false);
        MetadataClient client = world.await(
                MetadataClients.open(
                        operator,
                        world.storage(operator),
                        new StorageRegister(world.storage(operator), "meta/head"),
                        SimConfig.metadata()),
                "metadata");
        NodeMetadata node = Objects.requireNonNull(client.view().node(0));
        List<Command.GenerationKey> generations = node.generations().stream()
                .map(generation -> new Command.GenerationKey(generation.walEpoch(), generation.isSealed()))
                .toList();
        UUID session = new UUID(operator.randomLong(), operator.randomLong());
        long epoch = world.await(client.submit(new Command.RegisterNode(0, session, generations)), "registration")
                .value();
        StreamMetadata stream = Objects.requireNonNull(client.view().stream(streamId));
        world.await(
                client.submit(new Command.CommitUpload(
                        0, epoch, node.committed().sequence(), node.committed(), List.of(), true)),
                "closing by the operator");
        if (client.view().stream(streamId) != null
                && Objects.requireNonNull(client.view().stream(streamId)).isOpen()) {
            throw new IllegalStateException("stream " + stream + " was not closed");
        }
        operator.crash();
    }

    private void check(Stream stream, long kept, long end) {
        List<String> texts = new ArrayList<>();
        long next = 0;
        while (next < end) {
            try (FetchResult result = world.await(stream.fetch(next, end, 1 << 20, FetchOptions.NO_WAIT), "fetch")) {
                result.batches()
                        .forEach(batch -> texts.add(
                                StandardCharsets.UTF_8.decode(batch.payload()).toString()));
                next = result.nextOffset();
            }
        }
        for (int i = 0; i < texts.size(); i++) {
            String expected = i < kept ? "kept" : "continued";
            if (!texts.get(i).equals(expected)) {
                throw new HistoryViolation("stream=" + stream.id() + " offset=" + i + " is '" + texts.get(i)
                        + "', not '" + expected + "'");
            }
        }
        if (texts.size() != end) {
            throw new HistoryViolation("stream=" + stream.id() + ": " + texts.size() + " records of " + end);
        }
    }
}
