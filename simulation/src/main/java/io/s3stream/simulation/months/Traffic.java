package io.s3stream.simulation.months;

import java.util.Random;

/**
 * The appended traffic: many streams of skewed rates (the n-th has a share of 1/n), each with its own retention.
 *
 * @param streams their number at any time
 * @param bytesPerSecond of all together
 * @param recordBytes the size of a slow stream's rare appends
 */
record Traffic(int streams, long bytesPerSecond, int recordBytes) {

    private static final double[] RETENTION_DAYS = {1, 7, 7, 30};

    /** The retention time of the stream of this rank. */
    double retentionDays(int rank) {
        return RETENTION_DAYS[rank % RETENTION_DAYS.length];
    }

    /** Records that the stream of this rank appends in the given number of seconds. */
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
