package io.s3stream.core.events;

import io.s3stream.api.Outage;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the requests to one resource. Tells a listener when they have failed for some seconds without a success
 * [R44], and when a request succeeds again. Owns the state of the outage. Thread-safe.
 */
public final class OutageWatch {

    private static final Logger LOG = LoggerFactory.getLogger(OutageWatch.class);
    /** Retries cover shorter failures. */
    private static final Duration TELL_AFTER = Duration.ofSeconds(5);

    private final String resource;
    private final EngineRuntime runtime;
    private final OutageListener listener;
    private @Nullable Beginning beginning;

    /** The first failure after the last success. */
    private static final class Beginning {
        private final long nanos;
        private final Instant wall;
        private Throwable reason;
        private boolean told;

        Beginning(long nanos, Instant wall, Throwable reason) {
            this.nanos = nanos;
            this.wall = wall;
            this.reason = reason;
        }
    }

    /** @param resource the operator's name for the resource */
    public OutageWatch(String resource, EngineRuntime runtime, OutageListener listener) {
        this.resource = resource;
        this.runtime = runtime;
        this.listener = listener;
    }

    /** @param sentAt when the failed request was sent, by the runtime's monotonic clock */
    public synchronized void failed(long sentAt, Throwable reason) {
        Beginning first = beginning;
        if (first == null) {
            long ago = runtime.nanoTime() - sentAt;
            first = new Beginning(
                    sentAt, Instant.ofEpochMilli(runtime.currentTimeMillis()).minusNanos(ago), reason);
            beginning = first;
        }
        first.reason = reason;
        if (!first.told && runtime.nanoTime() - first.nanos >= TELL_AFTER.toNanos()) {
            first.told = true;
            Outage outage = outage(first);
            LOG.warn(
                    "{} has been unreachable since {}: {}",
                    resource,
                    first.wall,
                    outage.reason().getMessage());
            listener.began(outage);
        }
    }

    public synchronized void answered() {
        Beginning first = beginning;
        beginning = null;
        if (first != null && first.told) {
            Outage outage = outage(first);
            LOG.info("{} is reachable again after {}", resource, outage.lasted());
            listener.ended(outage);
        }
    }

    private Outage outage(Beginning first) {
        return new Outage(
                resource,
                first.wall,
                Duration.ofNanos(runtime.nanoTime() - first.nanos),
                Failures.asStreamException(resource, first.reason));
    }
}
