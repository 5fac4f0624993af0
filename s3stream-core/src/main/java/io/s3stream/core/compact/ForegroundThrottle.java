package io.s3stream.core.compact;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds a compaction back: to its throttle, and while the foreground has much to do; for a while only, because a store whose small
 * objects are never merged gets slower for all. Owns the timer of whoever waits, of whom there is one at most. Used on the
 * context of the compaction.
 */
final class ForegroundThrottle {

    private static final Duration YIELD = Duration.ofMillis(100);
    /** To appends, which would have to wait for memory. */
    private static final int MOST_YIELDS = 50;
    /** To reads: those of a backlog go on for hours, in which small objects must not pile up. */
    private static final int MOST_YIELDS_TO_READS = 10;

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Throttle throttle;
    private final Foreground foreground;
    private @Nullable Timer waiting;

    ForegroundThrottle(EngineRuntime runtime, SerialContext context, long bytesPerSecond, Foreground foreground) {
        this.runtime = runtime;
        this.context = context;
        this.throttle = new Throttle(bytesPerSecond);
        this.foreground = foreground;
    }

    /** Runs {@code request}, now or later, when it may be made. */
    void admit(long bytes, Runnable request) {
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
        return (yielded < MOST_YIELDS && foreground.isPressed().getAsBoolean())
                || (yielded < MOST_YIELDS_TO_READS
                        && foreground.hasReadsWaiting().getAsBoolean());
    }

    private void pause(Duration pause, Runnable then) {
        waiting = runtime.schedule(pause, context, () -> {
            waiting = null;
            then.run();
        });
    }

    /** Drops the request that waits; whether there was one. */
    boolean interrupt() {
        Timer timer = waiting;
        waiting = null;
        return timer != null && timer.cancel();
    }
}
