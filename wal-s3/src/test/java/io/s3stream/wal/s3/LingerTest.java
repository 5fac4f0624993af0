package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.FillingFrame;
import io.s3stream.wal.s3.LingerLoad.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fixed linger in virtual time: latency for rare appends, the ceiling for many. */
class LingerTest {

    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final int RECORD = 4096;
    private static final LingerPolicy POLICY = LingerPolicy.of(100 * MS, 10);

    private long now;

    private static LingerLoad load(LingerPolicy policy, long putNanos) {
        return new LingerLoad(policy, putNanos);
    }

    /** Returns the linger of a frame whose last append was some time ago. */
    private static Duration linger(PutPacer pacer, long ageMs, long quietMs) {
        return pacer.linger(new FillingFrame(RECORD, Duration.ofMillis(ageMs), Duration.ofMillis(quietMs)));
    }

    private PutPacer pacer(LingerPolicy policy) {
        PutPacer pacer = new PutPacer(policy, 16, () -> now);
        pacer.onAnswer(20 * MS);
        now += SECOND; // so that no frame is in flight
        return pacer;
    }

    @Test
    void rareAppendsHardlyWait() {
        Outcome outcome = load(POLICY, 50 * MS).steady(RECORD, SECOND).run(60 * SECOND);
        assertThat(outcome.longestLinger()).isLessThanOrEqualTo(5 * MS);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 20, 100, 250})
    void highRateMakesOnePutPerLinger(long lingerMs) {
        double perSecond = 1000.0 / lingerMs;
        Outcome outcome = load(LingerPolicy.of(lingerMs * MS, perSecond), 20 * MS)
                .steady(RECORD, MS / 5)
                .run(54 * SECOND);
        assertThat(outcome.puts()).isBetween((long) (0.9 * 54 * perSecond), (long) (54 * perSecond));
        assertThat(outcome.longestLinger()).isLessThanOrEqualTo(lingerMs * MS);
    }

    @Test
    void ceilingHoldsInLongRunBelowRateOfLingerAlone() {
        LingerPolicy policy = LingerPolicy.of(5 * MS, 4);
        Outcome outcome = load(policy, 20 * MS).steady(RECORD, MS / 5).run(100 * SECOND);
        assertThat(outcome.puts()).isLessThanOrEqualTo((long) (4 * 100 + policy.allowance()));
        assertThat(outcome.longestLinger()).isLessThanOrEqualTo(250 * MS + 1);
    }

    @Test
    void shortLingerKeepsMeanNearPutLatency() {
        Outcome outcome = load(LingerPolicy.of(2 * MS, 500), 20 * MS)
                .steady(RECORD, MS / 5)
                .run(20 * SECOND);
        assertThat(outcome.meanLinger()).isLessThanOrEqualTo(2 * MS);
        assertThat(outcome.longestLinger()).isLessThanOrEqualTo(2 * MS);
    }

    @Test
    void burstOfFullFramesDelaysNextFrameByOneLingerAtMost() {
        PutPacer pacer = pacer(POLICY);
        for (int i = 0; i < 50; i++) {
            pacer.onFrame(12 << 20);
        }
        assertThat(linger(pacer, 0, 0).toMillis()).isEqualTo(100);
    }

    @Test
    void pauseRestoresAllowanceOnce() {
        PutPacer pacer = pacer(POLICY);
        now += 3600 * SECOND;
        for (int i = 0; i < POLICY.allowance(); i++) {
            assertThat(linger(pacer, 2, 2)).isZero();
            pacer.onFrame(RECORD);
            now += 2 * MS;
        }
        assertThat(linger(pacer, 2, 2).toMillis()).isBetween(85L, 95L);
    }

    @Test
    void repeatedPutUsesAllowanceToo() {
        PutPacer pacer = pacer(POLICY);
        for (int i = 0; i < POLICY.allowance(); i++) {
            pacer.onRepeat();
        }
        assertThat(linger(pacer, 10, 10).toMillis()).isEqualTo(100);
    }

    @Test
    void frameThatGrowsWaitsUntilItsLingerEnds() {
        PutPacer pacer = pacer(POLICY);
        assertThat(linger(pacer, 50, 0).toMillis()).isEqualTo(2);
        assertThat(linger(pacer, 99, 0).toMillis()).isEqualTo(1);
        assertThat(linger(pacer, 100, 0)).isZero();
    }

    @Test
    void framesAreFarEnoughApartForMaximumInFlight() {
        PutPacer pacer = pacer(LingerPolicy.of(MS, 1000));
        pacer.onFrame(RECORD);
        assertThat(linger(pacer, 1, 1).toNanos()).isEqualTo(20 * MS / 12);
    }

    @Test
    void appendsDoNotWaitWithoutLingerOrCeiling() {
        LingerPolicy none = LingerPolicy.of(0, Double.POSITIVE_INFINITY);
        assertThat(new PutPacer(none, 16, () -> now).maxLinger()).isZero();
        LingerPolicy noCeiling = LingerPolicy.of(10 * MS, Double.POSITIVE_INFINITY);
        assertThat(linger(pacer(noCeiling), 5, 2)).isZero();
    }
}
