package io.s3stream.core.read.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyEstimateTest {

    private final LatencyEstimate estimate = new LatencyEstimate();

    @Test
    void fewRequestsGiveNoEstimate() {
        for (int i = 0; i < 100; i++) {
            estimate.record(1_000_000);
        }
        assertThat(estimate.highPercentile()).isEqualTo(-1);
    }

    @Test
    void estimateIsWithinQuarterOfNinetyNinthPercentile() {
        Random random = new Random(1);
        long[] latencies = new long[2000];
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = (long) (10_000_000 * Math.exp(random.nextGaussian()));
            estimate.record(latencies[i]);
        }
        Arrays.sort(latencies);
        long exact = latencies[latencies.length * 99 / 100];

        assertThat(estimate.highPercentile()).isBetween((long) (exact * 0.95), (long) (exact * 1.3));
    }

    @Test
    void oldRequestsFade() {
        for (int i = 0; i < 4000; i++) {
            estimate.record(100_000_000);
        }
        for (int i = 0; i < 60_000; i++) {
            estimate.record(1_000_000);
        }
        assertThat(estimate.highPercentile()).isBetween(1_000_000L, 1_300_000L);
    }

    @Test
    void extremeLatenciesAreAccepted() {
        for (int i = 0; i < 200; i++) {
            estimate.record(i % 2 == 0 ? 0 : Long.MAX_VALUE);
        }
        assertThat(estimate.highPercentile()).isPositive();
    }
}
