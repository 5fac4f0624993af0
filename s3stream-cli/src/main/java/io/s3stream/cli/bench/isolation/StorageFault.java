package io.s3stream.cli.bench.isolation;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The object storage refuses requests for the first half of a phase, or answers PUTs late during all of it. All streams
 * upload together as in {@link UploadDisturbance}. Used by one thread.
 */
final class StorageFault implements Disturbance {

    private final Scene scene;
    private final boolean refuses;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private @Nullable ScheduledFuture<?> recovery;
    private @Nullable Uploads uploads;
    private long before;

    private StorageFault(Scene scene, boolean refuses) {
        this.scene = scene;
        this.refuses = refuses;
    }

    /** Each request of a data object is answered with 503. */
    static StorageFault throttle(Scene scene) {
        return new StorageFault(scene, true);
    }

    /** Each PUT takes a given time. */
    static StorageFault slowPuts(Scene scene) {
        return new StorageFault(scene, false);
    }

    @Override
    public void begin(Duration phase) {
        before = happened();
        if (refuses) {
            scene.storage().refuse(true);
            recovery = timer.schedule(() -> scene.storage().refuse(false), phase.toNanos() / 2, TimeUnit.NANOSECONDS);
        } else {
            scene.storage().delayPuts(scene.options().putLatency());
        }
        uploads = new Uploads(scene.store(), phase);
    }

    @Override
    public boolean hasHappened() {
        return happened() > before && (recovery == null || recovery.isDone());
    }

    @Override
    public Proof end() {
        close(uploads);
        return new Proof(happened() - before, refuses ? "requests refused" : "PUTs delayed", 0, 0);
    }

    @Override
    public void close() {
        close(uploads);
        timer.shutdown();
    }

    private long happened() {
        return refuses ? scene.storage().refused() : scene.storage().delayed();
    }

    /** Ends the fault first: an upload in progress could not end otherwise. */
    private void close(@Nullable Uploads running) {
        scene.storage().refuse(false);
        scene.storage().delayPuts(Duration.ZERO);
        uploads = null;
        if (running != null) {
            running.stop();
        }
    }
}
