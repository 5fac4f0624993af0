package io.s3stream.core.append.waiting;

import io.s3stream.api.Outage;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.events.OutageListener;
import io.s3stream.spi.runtime.EngineRuntime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tells that a WAL without a fallback does not answer appends, and tells its next answer. Owned by the append context. */
public final class WalSilence {

    private final EngineRuntime runtime;
    private final Duration patience;
    private final OutageListener listener;
    private @Nullable Outage told;
    private long begunAt;

    /** @param patience how long the WAL had not answered when its silence is told */
    WalSilence(EngineRuntime runtime, Duration patience, OutageListener listener) {
        this.runtime = runtime;
        this.patience = patience;
        this.listener = listener;
    }

    /** The WAL has not answered for the given time. */
    void begin(String resource, StorageException reason) {
        if (told == null) {
            begunAt = runtime.nanoTime() - patience.toNanos();
            Instant since = Instant.ofEpochMilli(runtime.currentTimeMillis()).minus(patience);
            told = new Outage(resource, since, patience, reason);
            listener.began(told);
        }
    }

    /** The WAL has answered, or the store has left it. */
    void end() {
        Outage begun = told;
        if (begun != null) {
            told = null;
            Duration lasted = Duration.ofNanos(runtime.nanoTime() - begunAt);
            listener.ended(new Outage(begun.resource(), begun.since(), lasted, begun.reason()));
        }
    }
}
