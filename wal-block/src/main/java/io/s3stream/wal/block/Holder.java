package io.s3stream.wal.block;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Who holds the lock: a note for people, written into the medium by whoever got it. In a {@link Sector}: 8 pid, 16 wall
 * clock in milliseconds, 24 host name.
 */
record Holder(long pid, String hostName, long sinceMillis) {

    private static final int MAGIC = 0x5333_4248;

    void encode(ByteBuffer sector) {
        Sector.begin(sector, MAGIC);
        sector.putLong(8, pid).putLong(16, sinceMillis);
        Sector.putText(sector, 24, hostName);
        Sector.seal(sector);
    }

    /** As part of a message. */
    static String describe(ByteBuffer sector) {
        if (!Sector.isSealed(sector, MAGIC)) {
            return "a process that has not yet said which";
        }
        return "process " + sector.getLong(8) + " on host " + Sector.text(sector, 24) + " since "
                + Instant.ofEpochMilli(sector.getLong(16));
    }
}
