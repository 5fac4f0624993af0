package io.s3stream.simulation.cluster;

import java.util.Random;

/**
 * How careless the embedding programs are: probabilities.
 *
 * @param cancels per call: its caller cancels the future, or completes it
 * @param illFormed per action: an impossible request is made
 * @param listenerThrows per event: the listener throws
 * @param walHangs per switch of a WAL: the operations that attach the next one hang
 * @param movesBuffers per append: the position and the limit of its payload are moved too early
 * @param unreadable per append: its payload cannot be read
 */
record HostHabits(
        double cancels,
        double illFormed,
        double listenerThrows,
        double walHangs,
        double movesBuffers,
        double unreadable) {

    static HostHabits draw(Random random) {
        return new HostHabits(
                rate(random, 0.1),
                rate(random, 0.1),
                random.nextBoolean() ? 0.5 : 0,
                random.nextBoolean() ? 0.5 : 0,
                rate(random, 0.2),
                rate(random, 0.05));
    }

    private static double rate(Random random, double most) {
        return random.nextInt(3) == 0 ? 0 : most * random.nextDouble();
    }
}
