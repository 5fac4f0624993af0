package io.s3stream.simulation.months;

import java.util.Random;

/**
 * What is appended: many streams of skewed rates (the n-th has a share of 1/n), each with a retention of its own.
 *
 * @param streams how many, at any time
 * @param bytesPerSecond of all together
 * @param recordBytes a slow stream appends that much now and then
 */
record Traffic(int streams, long bytesPerSecond, int recordBytes) {

    private static final double[] RETENTION_DAYS = {1, 7, 7, 30};

    /** For how long the stream of this rank keeps what was appended. */
    double retentionDays(int rank) {
        return RETENTION_DAYS[rank % RETENTION_DAYS.length];
    }

    /** Records that the stream of this rank appends in so many seconds. */
    int records(int rank, double seconds, double sumOfShares, Random random) {
        double mean = bytesPerSecond * seconds / recordBytes / (rank + 1) / sumOfShares;
        double noisy = mean * (0.5 + random.nextDouble());
        int whole = (int) noisy;
        return whole + (random.nextDouble() < noisy - whole ? 1 : 0);
    }

    double sumOfShares() {
        double sum = 0;
        for (int rank = 0; rank < streams; rank++) {
            sum += 1.0 / (rank + 1);
        }
        return sum;
    }
}
