package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.wal.common.Futures;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes the allocation table of a device, in the store's object storage under
 * {@code wal-block/<device id>}. Formatting writes the table before the device's superblock. So a formatted device
 * without a table is at the wrong store. It never needs a new table, which would allocate used extents again.
 * Stateless.
 */
final class AllocationRegister {

    static final String PREFIX = "wal-block/";

    private static final int ATTEMPTS = 16;

    /** The object and its table. */
    private record Read(Optional<ConditionalObject.Content> found, AllocationTable table) {}

    private final ConditionalObject object;
    private final UUID device;

    AllocationRegister(UUID device, ObjectStorage storage) {
        this.device = device;
        this.object = new ConditionalObject(storage, PREFIX + device);
    }

    /** Creates the table of a new device. Callers may repeat it after an unknown outcome. */
    CompletableFuture<Void> create(AllocationTable table) {
        return object.write(TableCodec.encode(table), null).thenAccept(written -> {});
    }

    CompletableFuture<AllocationTable> read() {
        return object.read(this::decode);
    }

    /**
     * Changes the table.
     *
     * @param change the change; may be applied several times, also to its own result
     * @return the table with the change; fails with the exception that {@code change} throws
     */
    CompletableFuture<AllocationTable> update(UnaryOperator<AllocationTable> change) {
        return update(change, ATTEMPTS);
    }

    private CompletableFuture<AllocationTable> update(UnaryOperator<AllocationTable> change, int attempts) {
        if (attempts == 0) {
            return CompletableFuture.failedFuture(new ConflictException("object=" + object.key()
                    + ": other nodes changed it during each of " + ATTEMPTS + " attempts; retry"));
        }
        return attempt(change)
                .handle((done, error) -> error == null && done.isPresent()
                        ? CompletableFuture.completedFuture(done.get())
                        : again(change, error, attempts - 1))
                .thenCompose(Function.identity());
    }

    /** Attempts a change once. Returns empty if another process was first, or if this write was sent twice. */
    private CompletableFuture<Optional<AllocationTable>> attempt(UnaryOperator<AllocationTable> change) {
        return object.read(found -> new Read(found, decode(found))).thenCompose(read -> {
            AllocationTable before = read.table();
            AllocationTable after = change.apply(before);
            return after.equals(before)
                    ? CompletableFuture.completedFuture(Optional.of(before))
                    : object.write(TableCodec.encode(after), read.found().orElseThrow())
                            .thenApply(written -> written ? Optional.of(after) : Optional.empty());
        });
    }

    /** Retries from the present table, after an unknown outcome or a concurrent change. */
    private CompletableFuture<AllocationTable> again(
            UnaryOperator<AllocationTable> change, @Nullable Throwable error, int attempts) {
        Throwable cause = error == null ? null : Futures.unwrap(error);
        boolean unknown = cause instanceof StorageException;
        return cause != null && (!unknown || attempts == 0)
                ? CompletableFuture.failedFuture(cause)
                : update(change, attempts);
    }

    private AllocationTable decode(Optional<ConditionalObject.Content> found) {
        AllocationTable table = found.map(content -> TableCodec.decode(content.bytes()))
                .orElseThrow(
                        () -> new StorageException("object=" + object.key() + " is missing: the allocation table of"
                                + " this device is in the object storage of the store that formatted it; is this the right"
                                + " bucket?"));
        if (!table.device().equals(device)) {
            throw new CorruptedDataException(
                    "object=" + object.key() + " is the allocation table of device " + table.device());
        }
        return table;
    }
}
