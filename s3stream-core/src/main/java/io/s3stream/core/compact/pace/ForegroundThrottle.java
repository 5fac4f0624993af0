package io.s3stream.core.compact.pace;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Delays a compaction: to its throttle, and while the foreground is busy. The delay for the foreground is limited,
 * because unmerged small objects slow down the whole store. Owns the timer of the delayed request; there is at most
 * one. Used on the context of the compaction.
 */
public final class ForegroundThrottle {

    private static final Duration YIELD = Duration.ofMillis(100);
    /** Limit for appends that would have to wait for memory. */
    private static final int MAX_YIELDS = 50;
    /** Limit for reads. A backlog of reads may last hours, and small objects must not accumulate in that time. */
    private static final int MAX_YIELDS_TO_READS = 10;

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Throttle throttle;
    private final Foreground foreground;
    private @Nullable Timer waiting;

    public ForegroundThrottle(
            EngineRuntime runtime, SerialContext context, long bytesPerSecond, Foreground foreground) {
        this.runtime = runtime;
        this.context = context;
        this.throttle = new Throttle(bytesPerSecond);
        this.foreground = foreground;
    }

    /** Runs {@code request} as soon as it is admitted, now or later. */
    public void admit(long bytes, Runnable request) {
        admit(bytes, request, 0);
    }

    private void admit(long bytes, Runnable request, int yielded) {
        if (mustYield(yielded)) {
            pause(YIELD, () -> admit(bytes, request, yielded + 1));
            return;
        }
        long nanos = throttle.admit(bytes, runtime.nanoTime());
        if (nanos > 0) {
            pause(Duration.ofNanos(nanos), request);
        } else {
            request.run();
        }
    }

    private boolean mustYield(int yielded) {
        return (yielded < MAX_YIELDS && foreground.isPressed().getAsBoolean())
                || (yielded < MAX_YIELDS_TO_READS
                        && foreground.hasReadsWaiting().getAsBoolean());
    }

    private void pause(Duration pause, Runnable then) {
        waiting = runtime.schedule(pause, context, () -> {
            waiting = null;
            then.run();
        });
    }

    /** Drops the delayed request. Returns whether there was one. */
    public boolean interrupt() {
        Timer timer = waiting;
        waiting = null;
        return timer != null && timer.cancel();
    }
}
