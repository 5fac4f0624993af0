package io.s3stream.testkit.wal.scenario;

/** Reports a history that a WAL must not allow. The message names the seed, which reproduces it. */
public final class WalViolation extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final long seed;

    WalViolation(long seed, String message) {
        super(message);
        this.seed = seed;
    }

    public long seed() {
        return seed;
    }
}
