package io.s3stream.cli.bench.isolation;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Streams;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The measured store compacts many small objects. Another node has written them and leaves the store when the phase
 * begins. From then on the measured store has to compact them. Used by one thread.
 */
final class CompactionDisturbance implements Disturbance {

    private static final String PREFIX = "small-";
    private static final int STREAMS = 100;
    private static final long OBJECT_BYTES = 1 << 20;

    private final Scene scene;
    private final int expected;
    private @Nullable Neighbour writer;
    private CompletableFuture<Void> leaving = CompletableFuture.completedFuture(null);
    private int round;
    private long objects;
    private long bytes;
    private long began;

    /** @param fanout number of objects that a compaction merges */
    CompactionDisturbance(Scene scene, int fanout) {
        this.scene = scene;
        this.expected = Math.max(1, scene.options().smallObjects() / fanout) * fanout;
    }

    @Override
    public void prepare() {
        round++;
        writer = new Neighbour(scene.workspace(), prefix(), STREAMS, OBJECT_BYTES);
        for (int i = 0; i < expected; i++) {
            writer.append(OBJECT_BYTES);
            writer.flush();
        }
    }

    @Override
    public void begin(Duration phase) {
        objects = read("objects");
        bytes = read("bytes");
        began = System.nanoTime();
        if (writer == null) {
            throw new IllegalStateException("not prepared");
        }
        // A store learns of other nodes' commits when it reads the metadata. Without commits of its own it does so
        // rarely.
        leaving = writer.leave().thenCompose(left -> scene.store().listNodes()).thenAccept(nodes -> {});
        writer = null;
    }

    @Override
    public boolean hasHappened() {
        return leaving.isDone() && read("objects") - objects >= expected;
    }

    @Override
    public Proof end() {
        Futures.await(leaving);
        Proof proof = new Proof(
                read("objects") - objects, "objects compacted", read("bytes") - bytes, System.nanoTime() - began);
        forget();
        return proof;
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        Futures.await(leaving);
    }

    /** Deletes the compacted streams, so that the next quiet phase has nothing to compact. */
    private void forget() {
        StreamStore store = scene.store();
        List<MetadataChange> deletions = Streams.all(store, prefix()).stream()
                .map(StreamInfo::id)
                .map(MetadataChange::delete)
                .toList();
        Futures.await(store.commit(deletions));
    }

    private String prefix() {
        return PREFIX + round + "-";
    }

    private long read(String unit) {
        return scene.workspace().metrics().counted("compaction." + unit, "direction", "read");
    }
}
