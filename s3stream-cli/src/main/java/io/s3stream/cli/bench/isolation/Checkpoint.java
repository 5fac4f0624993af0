package io.s3stream.cli.bench.isolation;

import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.ToolException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The measured store writes a checkpoint of the metadata of many streams. The preparation commits until the log of the
 * metadata is nearly long enough, and a few commits in the phase begin the checkpoint. Used by one thread; commits follow
 * each other on the threads of the store.
 */
final class Checkpoint implements Disturbance {

    private static final int LARGE_EVERY = 5;
    private static final int MAX_COMMITS = 5000;

    private final Scene scene;
    private final MetadataTraffic traffic;
    private CompletableFuture<Void> committing = CompletableFuture.completedFuture(null);
    private boolean created;
    private volatile boolean stopping;
    private long before;
    private long bytes;
    private long began;

    Checkpoint(Scene scene) {
        this.scene = scene;
        this.traffic = new MetadataTraffic(scene.store());
    }

    @Override
    public void prepare() {
        if (!created) {
            long from = System.nanoTime();
            traffic.create(scene.options().metadataStreams());
            created = true;
            scene.report()
                    .line(
                            "  checkpoint: created %d streams in %.1f s",
                            scene.options().metadataStreams(), (System.nanoTime() - from) / 1e9);
        }
        for (int commits = 0; !scene.storage().isCheckpointNear(); commits++) {
            if (commits == MAX_COMMITS) {
                throw new ToolException("checkpoint: " + MAX_COMMITS + " commits did not fill the log of the metadata");
            }
            boolean isLarge = commits % LARGE_EVERY == 0 && !scene.storage().hasBytesOfCheckpoint();
            Futures.await(isLarge ? traffic.commitLarge() : traffic.commitSmall());
        }
    }

    @Override
    public void begin(Duration phase) {
        stopping = false;
        before = scene.storage().checkpoints();
        bytes = scene.storage().checkpointBytes();
        began = System.nanoTime();
        committing = new CompletableFuture<>();
        commitUntil(scene.storage().checkpointsBegun());
    }

    @Override
    public boolean hasHappened() {
        return committing.isCompletedExceptionally() || scene.storage().checkpoints() > before;
    }

    @Override
    public Proof end() {
        stopping = true;
        Futures.await(committing);
        return new Proof(
                scene.storage().checkpoints() - before,
                "checkpoints of " + scene.options().metadataStreams() + " streams and more",
                scene.storage().checkpointBytes() - bytes,
                System.nanoTime() - began);
    }

    @Override
    public void close() {
        stopping = true;
    }

    /** Commits until a checkpoint begins. */
    private void commitUntil(long begun) {
        if (stopping || scene.storage().checkpointsBegun() > begun) {
            committing.complete(null);
            return;
        }
        traffic.commitSmall().whenComplete((ids, error) -> {
            if (error == null) {
                commitUntil(begun);
            } else {
                committing.completeExceptionally(error);
            }
        });
    }
}
