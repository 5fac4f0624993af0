package io.s3stream.testkit.wal;

/** How a WAL keeps an older opener from acknowledging anything more. */
public enum WalFencing {

    /** The opener holds a lock as long as it lives: a second one is refused until it has died or closed the medium. */
    LOCK,

    /** A newer opener fences while the older one lives, perhaps on another host. */
    SHARED
}
