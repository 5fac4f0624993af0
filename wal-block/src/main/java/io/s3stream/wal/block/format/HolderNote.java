package io.s3stream.wal.block.format;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.ProcessTable;
import io.s3stream.wal.block.device.Sector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The note that names the process that attached an exclusive medium last. The note is also the medium's fence cell:
 * each attach writes its own token, and a writer acknowledges only while it reads its own note (R39). In a
 * {@link Sector} of version {@value #VERSION}: 8 token (two longs), 24 pid, 32 wall clock in milliseconds, then texts:
 * 40 host name, 112 process, 272 host id, 344 boot id, 392 device, 440 inode.
 *
 * @param token the random token of one attach
 * @param process the process, as {@link ProcessTable} names it; empty if it cannot be named
 * @param lock the lock of the process
 */
public record HolderNote(UUID token, String process, LockIdentity lock, long sinceMillis) {

    static final int VERSION = 2;

    private static final int MAGIC = 0x5333_4248;
    private static final int HOST_NAME = 40;
    private static final int PROCESS = 112;
    private static final int HOST_ID = 272;
    private static final int BOOT_ID = 344;
    private static final int DEVICE = 392;
    private static final int INODE = 440;
    private static final int TEXTS_END = 472;

    public void encode(ByteBuffer sector) {
        Sector.begin(sector, MAGIC, VERSION);
        sector.putLong(8, token.getMostSignificantBits())
                .putLong(16, token.getLeastSignificantBits())
                .putLong(24, lock.pid())
                .putLong(32, sinceMillis);
        boolean fits = process.getBytes(StandardCharsets.UTF_8).length < HOST_ID - PROCESS;
        put(sector, HOST_NAME, lock.hostName(), PROCESS);
        put(sector, PROCESS, fits ? process : "", HOST_ID); // a part of a name would name another process
        put(sector, HOST_ID, lock.hostId(), BOOT_ID);
        put(sector, BOOT_ID, lock.bootId(), DEVICE);
        put(sector, DEVICE, lock.device(), INODE);
        put(sector, INODE, lock.inode(), TEXTS_END);
        Sector.seal(sector);
    }

    private static void put(ByteBuffer sector, int at, String text, int end) {
        Sector.putText(sector, at, text, end - at - 1);
    }

    /**
     * Returns the note, or null if none was ever written.
     *
     * @throws CorruptedDataException if the sector has other content
     */
    public static @Nullable HolderNote decode(ByteBuffer sector) {
        if (Sector.isSealed(sector, MAGIC, VERSION)) {
            return new HolderNote(
                    new UUID(sector.getLong(8), sector.getLong(16)),
                    Sector.text(sector, PROCESS),
                    new LockIdentity(
                            Sector.text(sector, HOST_ID),
                            Sector.text(sector, BOOT_ID),
                            Sector.text(sector, DEVICE),
                            Sector.text(sector, INODE),
                            Sector.text(sector, HOST_NAME),
                            sector.getLong(24)),
                    sector.getLong(32));
        }
        if (Blocks.isZero(sector, Sector.BYTES)) {
            return null;
        }
        throw new CorruptedDataException("the note that names the holder is damaged");
    }

    /** Returns whether the sector contains exactly this note. */
    public boolean isIn(ByteBuffer sector) {
        ByteBuffer expected = ByteBuffer.allocate(Sector.BYTES);
        encode(expected);
        return sector.equals(expected);
    }

    /** Describes the holder as part of a message. */
    public String describe() {
        return "process " + lock.pid() + " on host " + lock.hostName() + " since " + Instant.ofEpochMilli(sinceMillis);
    }
}
