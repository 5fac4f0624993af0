package io.s3stream.testkit.wal;

/** One node id opened again and again, by openers that are paused, slowed or killed at any step. */
public final class WalScenario {
    private WalScenario() {}
}
