package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Adaptive batching in virtual time: latency for rare appends, the ceiling for many. */
class LingerTest {

    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    private long now;

    private record Load(long puts, double meanWaitMs, double longestWaitMs) {}

    /**
     * Appends at a steady rate. A frame begins with an append and is sent after the linger.
     *
     * @param gapNanos between appends
     */
    private Load run(LingerPolicy policy, long gapNanos, long putNanos, long seconds) {
        PutPacer pacer = new PutPacer(policy, () -> now);
        long puts = 0;
        long waits = 0;
        long longest = 0;
        long end = now + seconds * SECOND;
        while (now < end) {
            long linger = pacer.linger().toNanos();
            waits += linger;
            longest = Math.max(longest, linger);
            now += linger;
            pacer.onPut();
            pacer.onAnswer(putNanos);
            puts++;
            now += gapNanos; // the next append
        }
        return new Load(puts, waits / (double) puts / MS, longest / (double) MS);
    }

    @Test
    void rareAppendsHardlyWait() {
        Load load = run(LingerPolicy.of(100 * MS, 10), SECOND, 50 * MS, 60);
        assertThat(load.meanWaitMs()).isLessThan(30);
        assertThat(load.longestWaitMs()).isLessThanOrEqualTo(100);
    }

    @Test
    void highRateMakesOnePutPerLinger() {
        for (long lingerMs : new long[] {5, 20, 100, 250}) {
            double perSecond = 1000.0 / lingerMs;
            Load load = run(LingerPolicy.of(lingerMs * MS, perSecond), MS / 5, 20 * MS, 54);
            assertThat(load.puts())
                    .as("PUTs per GiB at 20 MB/s, linger %d ms", lingerMs)
                    .isLessThanOrEqualTo((long) (1.05 * 54 * perSecond));
            assertThat(load.longestWaitMs()).isLessThanOrEqualTo(lingerMs * 2.0);
        }
    }

    @Test
    void ceilingHoldsInLongRunBelowRateOfLingerAlone() {
        LingerPolicy policy = LingerPolicy.of(5 * MS, 4);
        Load load = run(policy, MS / 5, 20 * MS, 100);
        assertThat(load.puts()).isLessThanOrEqualTo((long) (4 * 100 + policy.allowance() + 1));
    }

    @Test
    void shortLingerKeepsMedianNearPutLatency() {
        Load load = run(LingerPolicy.of(2 * MS, 500), MS / 5, 20 * MS, 20);
        assertThat(20 + load.meanWaitMs()).isLessThanOrEqualTo(1.15 * 20);
        assertThat(load.longestWaitMs()).isLessThanOrEqualTo(2);
    }

    @Test
    void pauseRestoresAllowanceOnce() {
        LingerPolicy policy = LingerPolicy.of(100 * MS, 10);
        PutPacer pacer = new PutPacer(policy, () -> now);
        for (int i = 0; i < 50; i++) {
            pacer.onPut();
        }
        assertThat(pacer.linger().toMillis()).isGreaterThanOrEqualTo(100);
        now += 3600 * SECOND;
        assertThat(pacer.linger().toMillis()).isLessThanOrEqualTo(1);
        for (int i = 0; i < policy.allowance(); i++) {
            pacer.onPut();
        }
        assertThat(pacer.linger().toMillis()).isEqualTo(100);
    }

    @Test
    void appendsDoNotWaitWithoutLingerOrCeiling() {
        assertThat(LingerPolicy.of(0, Double.POSITIVE_INFINITY).nanos(-5, 50 * MS))
                .isZero();
        assertThat(LingerPolicy.of(10 * MS, Double.POSITIVE_INFINITY).nanos(0, 50 * MS))
                .isEqualTo(5 * MS);
    }
}
