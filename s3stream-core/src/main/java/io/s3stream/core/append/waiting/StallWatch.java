package io.s3stream.core.append.waiting;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Detects that frames are in flight and none was acknowledged for a period: between once and twice the timeout. Owned
 * by the append context.
 */
public final class StallWatch {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Duration patience;
    private final LongSupplier progress;
    private final Runnable onStall;
    private boolean armed;

    /**
     * @param progress a number that changes with each acknowledgement; negative when no frame is in flight
     */
    public StallWatch(
            EngineRuntime runtime, SerialContext context, Duration patience, LongSupplier progress, Runnable onStall) {
        this.runtime = runtime;
        this.context = context;
        this.patience = patience;
        this.progress = progress;
        this.onStall = onStall;
    }

    /** Starts the timeout: a frame was issued. */
    public void arm() {
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
