package io.s3stream.wal.nfs;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.layout.Checksums;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content of the file {@value #NAME}, which names the store that a directory belongs to (R40). The first attach
 * creates it. Big-endian: 0 magic, 4 version, 8 store id (two longs), 24 directory id (two longs), 40 CRC32C of bytes
 * 0–39.
 *
 * <p>The directory id is random. It stays the same if the directory is renamed, or reached by another path. If an
 * operator deletes the marker, the store that has generations in the directory creates it again.
 */
record StoreMarker(UUID storeId, UUID directoryId) {

    static final String NAME = "s3stream-store";
    static final int BYTES = 44;

    private static final Logger log = LoggerFactory.getLogger(StoreMarker.class);
    private static final int MAGIC = 0x5333_4E44;
    private static final int VERSION = 1;
    private static final int CRC_AT = 40;

    /** Returns the marker, which must name the context's store. In mode CREATE, creates a missing one. Blocking. */
    static StoreMarker require(NfsDirectory directory, String path, AttachMode mode, WalContext context)
            throws IOException {
        StoreMarker found;
        try {
            found = read(directory, path);
        } catch (NoSuchFileException e) {
            requireClaimable(directory, path, mode, context.storeId(), e);
            found = claim(directory, path, context);
        }
        if (!found.storeId().equals(context.storeId())) {
            throw new ConflictException("NFS WAL " + path + " belongs to store=" + found.storeId() + ", see " + NAME
                    + " there; this is store=" + context.storeId() + ". Give each store a directory of its own");
        }
        return found;
    }

    /** Refuses to mark a directory with generations of another store, even if its marker was deleted. */
    private static void requireClaimable(
            NfsDirectory directory, String path, AttachMode mode, UUID storeId, NoSuchFileException absent)
            throws IOException {
        Set<UUID> residents = Residents.of(directory);
        if (residents.contains(storeId)) {
            log.warn("NFS WAL {}: file {} is missing and is created again", path, NAME);
            return;
        }
        if (!residents.isEmpty()) {
            throw new ConflictException(
                    "NFS WAL " + path + " has no file " + NAME + ", but generations of store=" + residents
                            + "; this is store=" + storeId + ". Give each store a directory of its own",
                    absent);
        }
        if (mode == AttachMode.EXISTING) {
            throw new StorageException(
                    "NFS WAL " + path + " is unreachable: it has no file " + NAME
                            + "; is the right file system mounted there?",
                    absent);
        }
    }

    /** Creates the marker, or reads it if a concurrent attach, or an attempt with a lost response, created it. */
    private static StoreMarker claim(NfsDirectory directory, String path, WalContext context) throws IOException {
        UUID directoryId =
                new UUID(context.runtime().randomLong(), context.runtime().randomLong());
        StoreMarker mine = new StoreMarker(context.storeId(), directoryId);
        try {
            directory.publish(NAME, mine.encode(), context.runtime().randomLong());
            return mine;
        } catch (FileAlreadyExistsException e) {
            return read(directory, path);
        }
    }

    private static StoreMarker read(NfsDirectory directory, String path) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        try (NfsFile file = directory.open(NAME)) {
            file.read(bytes, 0);
        }
        try {
            return decode(bytes.flip());
        } catch (CorruptedDataException e) {
            throw new CorruptedDataException(
                    "NFS WAL " + path + ": file " + NAME + " is " + e.getMessage()
                            + ". It names the store that the directory belongs to; delete it, and the store that has"
                            + " generations here, or else the next store, creates it again",
                    e);
        }
    }

    byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(0, MAGIC)
                .putInt(4, VERSION)
                .putLong(8, storeId.getMostSignificantBits())
                .putLong(16, storeId.getLeastSignificantBits())
                .putLong(24, directoryId.getMostSignificantBits())
                .putLong(32, directoryId.getLeastSignificantBits())
                .putInt(CRC_AT, Checksums.crc32c(bytes, 0, CRC_AT));
        return bytes.array();
    }

    /** @param bytes the marker, from index 0 to the limit */
    static StoreMarker decode(ByteBuffer bytes) {
        if (bytes.limit() < BYTES) {
            throw new CorruptedDataException("too short, " + bytes.limit() + " bytes");
        }
        if (bytes.getInt(0) != MAGIC || bytes.getInt(CRC_AT) != Checksums.crc32c(bytes, 0, CRC_AT)) {
            throw new CorruptedDataException("not a store marker, or a damaged one");
        }
        if (bytes.getInt(4) != VERSION) {
            throw new CorruptedDataException("of unknown version " + bytes.getInt(4));
        }
        return new StoreMarker(
                new UUID(bytes.getLong(8), bytes.getLong(16)), new UUID(bytes.getLong(24), bytes.getLong(32)));
    }
}
