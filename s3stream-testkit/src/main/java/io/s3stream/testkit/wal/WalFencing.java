package io.s3stream.testkit.wal;

/** The way in which a WAL stops an older opener from acknowledging frames. */
public enum WalFencing {

    /**
     * The opener holds a lock while it runs. A second opener is refused until the first one died or closed the medium.
     */
    LOCK,

    /** A newer opener fences the older one, which may still run, possibly on another host. */
    SHARED
}
