package io.s3stream.wal.s3.fence;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.layout.Checksums;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.wal.s3.request.AgreedReads;
import io.s3stream.wal.s3.request.Requests;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The mark that names the store to which a prefix of another bucket belongs (R40). Nodes of two stores have equal
 * numbers, and their generations have equal keys. If two stores shared a prefix, a fenced writer of one would find
 * objects of the other. The object {@value #KEY} is written once, before any other object, and is never deleted.
 *
 * <p>Fields, by offset: 0 magic, 4 version, 8 store id (two longs), 24 zero (int), 28 CRC32C of bytes 0–27. Called on
 * the medium's serial context.
 */
public final class StoreMark {

    static final String KEY = WalKeys.ROOT + "store";

    private static final int BYTES = 32;
    private static final int MAGIC = 0x5333_574D;
    private static final int VERSION = 1;
    private static final int CRC = 28;

    private final Requests requests;
    private final WriteOnce writeOnce;
    private final StoreJudge judge;

    public StoreMark(Requests requests, WriteOnce writeOnce, StoreJudge judge) {
        this.requests = requests;
        this.writeOnce = writeOnce;
        this.judge = judge;
    }

    /** Marks the prefix as this store's, unless it has a mark. Fails if it belongs to another store. */
    public CompletableFuture<Void> claim(UUID storeId) {
        return check(storeId)
                .thenCompose(isMarked -> isMarked
                        ? CompletableFuture.completedFuture(null)
                        : writeOnce
                                .put(KEY, encode(storeId))
                                .thenCompose(settled -> settled.isOurs()
                                        ? CompletableFuture.completedFuture(null)
                                        : check(storeId).thenAccept(nowMarked -> {})));
    }

    /** Returns whether the prefix has a mark. Fails if it belongs to another store. */
    public CompletableFuture<Boolean> check(UUID storeId) {
        return new AgreedReads(requests)
                .get(KEY, ByteRange.WHOLE, found -> found.isPresent() && isIntact(found.get()))
                .thenApply(found -> {
                    if (found.isEmpty()) {
                        return false;
                    }
                    UUID owner = decode(found.get());
                    if (!judge.mayUse(owner, storeId)) {
                        throw new InvalidRequestException(requests + " belongs to store=" + owner + ", this is store="
                                + storeId + ": use a prefix of its own for each store");
                    }
                    return true;
                });
    }

    static byte[] encode(UUID storeId) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(0, MAGIC)
                .putInt(4, VERSION)
                .putLong(8, storeId.getMostSignificantBits())
                .putLong(16, storeId.getLeastSignificantBits());
        return bytes.putInt(CRC, Checksums.crc32c(bytes, 0, CRC)).array();
    }

    private static UUID decode(ObjectContent content) {
        try (content) {
            ByteBuffer bytes = content.data().nioBuffer();
            if (!isIntact(content)) {
                throw new CorruptedDataException("object=" + KEY + " does not name a store, or is damaged");
            }
            if (bytes.getInt(bytes.position() + 4) != VERSION) {
                throw new CorruptedDataException(
                        "object=" + KEY + ": unknown version " + bytes.getInt(bytes.position() + 4));
            }
            ByteBuffer at = bytes.slice();
            return new UUID(at.getLong(8), at.getLong(16));
        }
    }

    private static boolean isIntact(ObjectContent content) {
        ByteBuffer at = content.data().nioBuffer().slice();
        return at.remaining() == BYTES && at.getInt(0) == MAGIC && at.getInt(CRC) == Checksums.crc32c(at, 0, CRC);
    }
}
