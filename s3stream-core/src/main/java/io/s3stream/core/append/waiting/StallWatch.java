package io.s3stream.core.append.waiting;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that frames are under way and none was acknowledged for a while: between once and twice the given time. Owned
 * by the append context.
 */
public final class StallWatch {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final @Nullable Duration patience;
    private final LongSupplier progress;
    private final Runnable onStall;
    private boolean armed;

    /**
     * @param patience null: for ever
     * @param progress a number that changes with each acknowledgement; negative when nothing is under way
     */
    public StallWatch(
            EngineRuntime runtime,
            SerialContext context,
            @Nullable Duration patience,
            LongSupplier progress,
            Runnable onStall) {
        this.runtime = runtime;
        this.context = context;
        this.patience = patience;
        this.progress = progress;
        this.onStall = onStall;
    }

    /** A frame was issued. */
    public void arm() {
        if (patience != null && !armed) {
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
