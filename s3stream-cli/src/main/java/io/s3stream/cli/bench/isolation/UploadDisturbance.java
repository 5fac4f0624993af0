package io.s3stream.cli.bench.isolation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** All streams upload together, once a second, or ten times in a short phase. Used by one thread. */
final class UploadDisturbance implements Disturbance {

    private final Scene scene;
    private @Nullable Uploads uploads;
    private long objects;
    private long bytes;
    private long began;

    UploadDisturbance(Scene scene) {
        this.scene = scene;
    }

    @Override
    public void begin(Duration phase) {
        objects = scene.storage().dataPuts();
        bytes = scene.storage().dataBytes();
        began = System.nanoTime();
        uploads = new Uploads(scene.store(), phase);
    }

    @Override
    public boolean hasHappened() {
        return scene.storage().dataPuts() > objects;
    }

    @Override
    public Proof end() {
        close();
        return new Proof(
                scene.storage().dataPuts() - objects,
                "objects uploaded",
                scene.storage().dataBytes() - bytes,
                System.nanoTime() - began);
    }

    @Override
    public void close() {
        if (uploads != null) {
            uploads.stop();
            uploads = null;
        }
    }
}
