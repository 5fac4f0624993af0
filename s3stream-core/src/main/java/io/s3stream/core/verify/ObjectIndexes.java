package io.s3stream.core.verify;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.storage.DamagedReads;
import io.s3stream.core.storage.Fingerprint;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads indexes from object storage. Damage is reported when two consecutive reads agree on it. Thread-safe. */
public final class ObjectIndexes {

    private static final long GUESS_BYTES = 64 << 10;

    /** The maximum size of an index, and of all indexes beyond the first guess that are held at a time. */
    private static final long MAX_INDEX_BYTES = 256 << 20;

    private final PatientStorage storage;
    private final IoExecutor verifier;
    private final Permits memory = new Permits(MAX_INDEX_BYTES);

    /** @param verifier runs the decoding of indexes */
    public ObjectIndexes(PatientStorage storage, IoExecutor verifier) {
        this.storage = storage;
        this.verifier = verifier;
    }

    /** An object in object storage. */
    public record Found(long size, ObjectIndex index) {}

    /** The index is damaged; the size of the object is still known. */
    public static final class DamagedIndexException extends RuntimeException {

        private final long size;
        private final transient Fingerprint fingerprint;

        DamagedIndexException(long size, CorruptedDataException damage, Fingerprint fingerprint) {
            super(damage.getMessage(), damage);
            this.size = size;
            this.fingerprint = fingerprint;
        }

        long size() {
            return size;
        }
    }

    /** @return empty if there is no such object; fails with {@link DamagedIndexException} */
    public CompletableFuture<Optional<Found>> read(String key) {
        return read(key, GUESS_BYTES, DamagedReads.NONE);
    }

    /** @param before the reads of these bytes until now */
    private CompletableFuture<Optional<Found>> read(String key, long bytes, DamagedReads before) {
        return storage.get(key, ByteRange.suffix(bytes))
                .thenCompose(content -> content.isEmpty()
                        ? CompletableFuture.completedFuture(Answer.MISSING)
                        : verifier.submit("verify", () -> decode(content.get()))
                                .whenComplete((answer, error) -> content.get().close()))
                .handle((answer, error) -> {
                    if (error == null) {
                        if (answer.needed() > 0 && bytes > GUESS_BYTES) {
                            throw new CorruptedDataException(
                                    "object=" + key + ": its index has another length at each read");
                        }
                        return answer.needed() > 0
                                ? readLong(key, answer.needed())
                                : CompletableFuture.completedFuture(Optional.ofNullable(answer.found()));
                    }
                    Throwable cause = Failures.unwrap(error);
                    return cause instanceof DamagedIndexException damage && before.isDoubtful(damage.fingerprint)
                            ? read(key, bytes, before.with(damage.fingerprint))
                            : CompletableFuture.<Optional<Found>>failedFuture(cause);
                })
                .thenCompose(future -> future);
    }

    private CompletableFuture<Optional<Found>> readLong(String key, long bytes) {
        return memory.acquire(bytes)
                .thenCompose(taken ->
                        read(key, bytes, DamagedReads.NONE).whenComplete((found, error) -> memory.release(taken)));
    }

    /** The index, or the number of bytes at the end that are needed to decode it. */
    private record Answer(@Nullable Found found, long needed) {
        static final Answer MISSING = new Answer(null, 0);
    }

    private static Answer decode(ObjectContent content) {
        ByteBuffer tail = content.data().nioBuffer();
        long size = content.objectSize();
        try {
            long needed = ObjectIndex.tailBytes(tail, size);
            if (needed > MAX_INDEX_BYTES) {
                throw new CorruptedDataException(
                        "the index claims to have " + needed + " bytes: the maximum is " + MAX_INDEX_BYTES);
            }
            return needed > tail.remaining()
                    ? new Answer(null, needed)
                    : new Answer(new Found(size, ObjectIndex.decode(tail, size)), 0);
        } catch (CorruptedDataException e) {
            throw new DamagedIndexException(
                    size, e, Fingerprint.of(content.from(), content.data().nioBuffer()));
        }
    }
}
