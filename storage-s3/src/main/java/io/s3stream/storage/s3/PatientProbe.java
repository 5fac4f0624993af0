package io.s3stream.storage.s3;

import io.s3stream.api.errors.StreamException;
import io.s3stream.storage.s3.transfer.EtagStyle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes a store with retries. It retries for a minute if the store does not answer, and for some seconds if
 * conditional writes seem to be missing. Two winners of one race are final at once: such a store cannot be used even if
 * the race is rare. Blocks its thread. Used once.
 */
final class PatientProbe {

    private static final Logger LOG = LoggerFactory.getLogger(PatientProbe.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A silent store is reported after this time, and not only when all attempts have failed. */
    private static final Duration FIRST_WORD = Duration.ofSeconds(10);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);
    private static final int REFUSALS = 2;
    /** A proxy may answer in place of the server for some seconds. */
    private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(4);

    private final AwsBucket bucket;
    private final AwsReads reads;
    private final Supplier<String> nonces;
    private final LongSupplier clock;

    /**
     * @param nonces each unique, so that concurrent probes do not interfere
     * @param clock monotonic nanoseconds
     */
    PatientProbe(AwsBucket bucket, AwsReads reads, Supplier<String> nonces, LongSupplier clock) {
        this.bucket = bucket;
        this.reads = reads;
        this.nonces = nonces;
        this.clock = clock;
    }

    /** Runs {@link CapabilityProbe#run} with retries. */
    EtagStyle run(boolean withRaces) {
        long begun = clock.getAsLong();
        AtomicBoolean isOver = new AtomicBoolean();
        bucket.after(FIRST_WORD).thenRun(() -> {
            if (!isOver.get()) {
                LOG.warn(
                        "{}; waiting for up to {} s",
                        bucket.silence(CapabilityProbe.MEMO, FIRST_WORD),
                        PATIENCE.toSeconds());
            }
        });
        try {
            return probe(withRaces, begun);
        } finally {
            isOver.set(true);
        }
    }

    private EtagStyle probe(boolean withRaces, long begun) {
        Duration pause = FIRST_PAUSE;
        int refusals = 0;
        while (true) {
            try {
                return new CapabilityProbe(bucket, reads, nonces.get(), left(begun)).run(withRaces);
            } catch (UntrustedStoreException e) {
                boolean lasts = clock.getAsLong() - begun > REFUSAL_PATIENCE.toNanos();
                if (e.isProof() || (++refusals >= REFUSALS && lasts)) {
                    throw e;
                }
                LOG.info("bucket={} is probed again: {}", bucket.name(), e.getMessage());
            } catch (StreamException e) {
                if (!e.isRetriable() || clock.getAsLong() - begun >= PATIENCE.toNanos()) {
                    throw e;
                }
                LOG.warn("bucket={} is probed again in {} ms: {}", bucket.name(), pause.toMillis(), e.getMessage());
            }
            bucket.after(pause).join();
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : doubled;
        }
    }

    private Duration left(long begun) {
        Duration left = PATIENCE.minusNanos(clock.getAsLong() - begun);
        return left.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : left;
    }
}
