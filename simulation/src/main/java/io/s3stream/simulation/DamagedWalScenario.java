package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * An acknowledged frame that is not uploaded yet is damaged while the node is down. The next open must fail with a
 * corruption error, or everything acknowledged must be there [R7].
 */
final class DamagedWalScenario {

    private static final int FRAME_STEP = 4096;

    private final SimWorld world;
    private final SimDisks disks;

    DamagedWalScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.disks = new SimDisks(world.simulator());
    }

    Simulator run() {
        SimNode first = world.start("n", disks, step -> false);
        StreamStore store = world.await(world.open(first, disks, 0), "open");
        Stream stream = world.await(
                store.createStream(CreateOptions.named("s"))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        List<CompletableFuture<Long>> acks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            acks.add(stream.tryAppend(RecordBatch.of(
                            new byte[1 + world.simulator().random().nextInt(900)], 1))
                    .durable());
            world.simulator().runFor(world.simulator().random().nextInt(300_000));
        }
        acks.forEach(ack -> world.await(ack, "ack"));
        world.simulator().runFor(40_000_000); // the idle frame is written, the upload interval is not over
        first.crash();
        damageAnAcknowledgedFrame();

        SimNode second = world.start("n", disks, step -> false);
        CompletableFuture<StreamStore> reopening = world.open(second, disks, 0);
        world.settle(reopening, "reopen");
        if (reopening.isCompletedExceptionally()) {
            requireCorrupted(reopening);
            world.simulator().count("damage refused");
            return world.simulator();
        }
        StreamStore reopened = reopening.join();
        Stream again = world.await(reopened.openStream(stream.id(), OpenOptions.owner()), "stream");
        if (again.confirmOffset() < acks.size()) {
            throw new HistoryViolation("opened after damage, with offsets up to " + again.confirmOffset() + " of "
                    + acks.size() + " acknowledged");
        }
        world.await(again.fetch(0, Long.MAX_VALUE, 1 << 20, FetchOptions.NO_WAIT), "fetch")
                .close();
        return world.simulator();
    }

    /** Damages any frame except the last, which alone proves that the earlier ones were acknowledged. */
    private void damageAnAcknowledgedFrame() {
        ByteBuffer content = ByteBuffer.wrap(disks.at(SimConfig.WAL_PATH).content());
        List<Integer> frames = new ArrayList<>();
        for (int at = 0; at + FRAME_STEP <= content.capacity(); at += FRAME_STEP) {
            if (FrameFormat.hasMagic(content, at)) {
                frames.add(at);
            }
        }
        if (frames.size() < 3) {
            throw new IllegalStateException("only " + frames.size() + " frames in the WAL");
        }
        int frame = frames.get(world.simulator().random().nextInt(frames.size() - 1));
        int place = frame + world.simulator().random().nextInt(FrameFormat.HEADER_BYTES);
        disks.at(SimConfig.WAL_PATH).content()[place] ^=
                (byte) (1 + world.simulator().random().nextInt(255));
    }

    private static void requireCorrupted(CompletableFuture<?> failed) {
        try {
            failed.join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof CorruptedDataException)
                    && !(e.getCause() instanceof StreamException known
                            && known.kind() == StreamException.Kind.CORRUPTED)) {
                throw new HistoryViolation("damage was answered with " + e.getCause());
            }
        }
    }
}
