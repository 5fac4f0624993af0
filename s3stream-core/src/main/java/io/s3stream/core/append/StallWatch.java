package io.s3stream.core.append;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices that frames are under way and none was acknowledged for a while: between once and twice the given time. Owned
 * by the append context.
 */
final class StallWatch {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Duration patience;
    private final LongSupplier progress;
    private final Runnable onStall;
    private boolean armed;

    /**
     * @param progress a number that changes with each acknowledgement; negative when nothing is under way
     */
    StallWatch(
            EngineRuntime runtime, SerialContext context, Duration patience, LongSupplier progress, Runnable onStall) {
        this.runtime = runtime;
        this.context = context;
        this.patience = patience;
        this.progress = progress;
        this.onStall = onStall;
    }

    /** A frame was issued. */
    void arm() {
        if (!armed) {
            armed = true;
            long before = progress.getAsLong();
            runtime.schedule(patience, context, () -> check(before));
        }
    }

    private void check(long before) {
        armed = false;
        long now = progress.getAsLong();
        if (now < 0) {
            return;
        }
        if (now == before) {
            onStall.run();
        } else {
            arm();
        }
    }
}
