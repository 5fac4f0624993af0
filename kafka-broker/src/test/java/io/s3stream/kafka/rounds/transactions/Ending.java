package io.s3stream.kafka.rounds.transactions;

import java.util.Random;

/** The ways in which a client ends a transaction. */
enum Ending {
    COMMIT,
    ABORT,
    /** The client dies; its next instance aborts the transaction. */
    DIE,
    /** The client dies while it waits for the commit. */
    DIE_IN_COMMIT,
    /** The next instance begins during the commit. */
    RACE,
    /** The next instance begins before, and the old one continues. */
    ZOMBIE;

    private static final int USUAL_OF_20 = 13;

    static Ending any(Random random) {
        return random.nextInt(20) < USUAL_OF_20 ? COMMIT : values()[1 + random.nextInt(values().length - 1)];
    }
}
