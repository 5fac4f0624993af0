package io.s3stream.core.read;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads an object's index with one suffix GET, two for a large index. */
final class IndexLoader {

    private static final long GUESS_BYTES = 64 << 10;

    private final ObjectStorage storage;
    private final IndexCache cache;

    IndexLoader(ObjectStorage storage, IndexCache cache) {
        this.storage = storage;
        this.cache = cache;
    }

    CompletableFuture<ObjectIndex> load(ObjectMetadata object) {
        return cache.get(object.id(), () -> readTail(object, GUESS_BYTES));
    }

    private CompletableFuture<ObjectIndex> readTail(ObjectMetadata object, long bytes) {
        return Failures.answerOf(() -> storage.get(object.key(), ByteRange.suffix(bytes)))
                .thenCompose(found -> decode(object, found));
    }

    private CompletableFuture<ObjectIndex> decode(ObjectMetadata object, Optional<ObjectContent> found) {
        if (found.isEmpty()) {
            return CompletableFuture.failedFuture(new ObjectMissingException(object.key()));
        }
        try (ObjectContent content = found.get()) {
            if (content.objectSize() != object.size()) {
                throw new CorruptedDataException(
                        "size is " + content.objectSize() + ", the metadata says " + object.size());
            }
            var tail = content.data().nioBuffer();
            long needed = ObjectIndex.tailBytes(tail, content.objectSize());
            if (needed > tail.remaining()) {
                return readTail(object, needed);
            }
            return CompletableFuture.completedFuture(ObjectIndex.decode(tail, content.objectSize()));
        } catch (CorruptedDataException e) {
            throw new CorruptedDataException("object=" + object.key() + ": " + e.getMessage(), e);
        }
    }
}
