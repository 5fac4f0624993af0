package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.wal.s3.LingerLoad.Outcome;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The linger of a range in virtual time: throughput of clients that wait, and the bound on requests at any load. */
class AdaptiveLingerTest {

    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final long ROUNDING = 1000;
    private static final double PER_SECOND = 10;
    private static final long BYTES_PER_PUT = 256 << 10;
    private static final LingerPolicy ADAPTIVE = LingerPolicy.adaptive(2 * MS, 100 * MS, PER_SECOND, BYTES_PER_PUT);
    private static final LingerPolicy FIXED = LingerPolicy.of(100 * MS, PER_SECOND);

    /** A Kafka producer has five requests in flight, here of four batches of 64 KiB each. */
    private static LingerLoad producer(LingerPolicy policy) {
        return new LingerLoad(policy, 5 * MS).closedLoop(5, 256 << 10, 2 * MS);
    }

    @Test
    void clientThatWaitsIsNotSlowedByLongLinger() {
        Outcome adaptive = producer(ADAPTIVE).run(20 * SECOND);
        Outcome fixed = producer(FIXED).run(20 * SECOND);
        Outcome shortest = producer(LingerPolicy.of(2 * MS, 500)).run(20 * SECOND);
        assertThat(fixed.mebibytesPerSecond()).isLessThan(20);
        assertThat(adaptive.mebibytesPerSecond()).isGreaterThan(100).isGreaterThan(0.8 * shortest.mebibytesPerSecond());
    }

    @Test
    void clientThatWaitsPaysWithItsBytes() {
        Outcome adaptive = producer(ADAPTIVE).run(20 * SECOND);
        assertThat(adaptive.puts()).isLessThanOrEqualTo(bound(ADAPTIVE, adaptive));
    }

    @Test
    void clientThatWaitsWithFewBytesDoesNotPay() {
        Outcome adaptive =
                new LingerLoad(ADAPTIVE, 5 * MS).closedLoop(5, 16 << 10, 2 * MS).run(20 * SECOND);
        Outcome shortest = new LingerLoad(LingerPolicy.of(2 * MS, 500), 5 * MS)
                .closedLoop(5, 16 << 10, 2 * MS)
                .run(20 * SECOND);
        assertThat(adaptive.puts())
                .isLessThanOrEqualTo(bound(ADAPTIVE, adaptive))
                .isLessThan(shortest.puts() / 4);
    }

    @Test
    void trickleCostsAsManyRequestsAsFixedLinger() {
        Outcome adaptive =
                new LingerLoad(ADAPTIVE, 20 * MS).openLoop(1024, 2 * MS, 7).run(60 * SECOND);
        Outcome fixed = new LingerLoad(FIXED, 20 * MS).openLoop(1024, 2 * MS, 7).run(60 * SECOND);
        long paid = adaptive.bytes() / BYTES_PER_PUT;
        assertThat(adaptive.puts()).isLessThanOrEqualTo(fixed.puts() + paid + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void requestsAndLatencyAreBoundedAtAnyLoad(long seed) {
        Random random = new Random(seed);
        long longest = (10 + random.nextInt(200)) * MS;
        LingerPolicy policy =
                LingerPolicy.adaptive(random.nextInt(10) * MS, longest, 1e9 / longest, (4 << 10) << random.nextInt(10));
        LingerLoad load = new LingerLoad(policy, (1 + random.nextInt(60)) * MS);
        for (int i = 0; i <= random.nextInt(3); i++) {
            int bytes = 1 << random.nextInt(19);
            if (random.nextBoolean()) {
                load.closedLoop(1 + random.nextInt(20), bytes, random.nextInt(5) * MS);
            } else {
                load.openLoop(bytes, 1 + random.nextInt(20_000_000), random.nextLong());
            }
        }
        Outcome outcome = load.run(30 * SECOND);
        assertThat(outcome.puts()).as("PUTs, seed %d", seed).isLessThanOrEqualTo(bound(policy, outcome));
        assertThat(outcome.longestLinger()).as("linger, seed %d", seed).isLessThanOrEqualTo(longest + ROUNDING);
    }

    @Test
    void denseLoadLingersAsLongAsFixedLinger() {
        Outcome adaptive =
                new LingerLoad(ADAPTIVE, 20 * MS).openLoop(4096, MS / 5, 7).run(20 * SECOND);
        Outcome fixed = new LingerLoad(FIXED, 20 * MS).openLoop(4096, MS / 5, 7).run(20 * SECOND);
        assertThat(adaptive.puts()).isLessThanOrEqualTo(fixed.puts() + 1);
    }

    /** The PUTs that the documentation of the options promises. */
    private static long bound(LingerPolicy policy, Outcome outcome) {
        double seconds = outcome.nanos() / (double) SECOND;
        double paid = outcome.bytes() / policy.bytesPerPut();
        return (long) (policy.putsPerSecond() * seconds + paid + policy.allowance() + 1e-6);
    }
}
