package io.s3stream.core.append.waiting;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes one empty frame after the WAL has been idle for a while, so that a later recovery knows that the last frames
 * were acknowledged [R7]. Then it waits for the next append. Owned by the append context.
 */
public final class IdleFrames {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Duration delay;
    private final Runnable write;
    private @Nullable Timer timer;
    private boolean written = true;

    public IdleFrames(EngineRuntime runtime, SerialContext context, Duration delay, Runnable write) {
        this.runtime = runtime;
        this.context = context;
        this.delay = delay;
        this.write = write;
    }

    /** Starts the delay: all frames are acknowledged and no append waits. */
    public void arm() {
        if (!written && timer == null) {
            timer = runtime.schedule(delay, context, this::fire);
        }
    }

    /** Stops the delay: a frame is being issued. */
    public void stop() {
        written = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** Records that an empty frame was acknowledged. */
    public void wasWritten() {
        written = true;
    }

    private void fire() {
        if (timer != null) {
            timer = null;
            write.run();
        }
    }
}
