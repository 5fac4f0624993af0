package io.s3stream.core.read;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads an object's index with one suffix GET, two for a large index; one more if it arrives damaged. */
final class IndexLoader {

    private static final Logger LOG = LoggerFactory.getLogger(IndexLoader.class);

    private static final long GUESS_BYTES = 64 << 10;

    private final ObjectStorage storage;
    private final IndexCache cache;
    private final IoExecutor verifier;
    private final ReadMetrics metrics;

    IndexLoader(ObjectStorage storage, IndexCache cache, IoExecutor verifier, ReadMetrics metrics) {
        this.storage = storage;
        this.cache = cache;
        this.verifier = verifier;
        this.metrics = metrics;
    }

    /** The index if it is in memory. */
    @Nullable
    ObjectIndex getIfPresent(ObjectMetadata object) {
        return cache.getIfPresent(object.id());
    }

    CompletableFuture<ObjectIndex> load(ObjectMetadata object) {
        ObjectIndex present = cache.getIfPresent(object.id());
        metrics.indexLookedUp(present != null);
        return present != null
                ? CompletableFuture.completedFuture(present)
                : cache.get(object.id(), () -> readTail(object, GUESS_BYTES, true));
    }

    private CompletableFuture<ObjectIndex> readTail(ObjectMetadata object, long bytes, boolean again) {
        return Failures.answerOf(() -> storage.get(object.key(), ByteRange.suffix(bytes)))
                .thenCompose(found -> verifier.submit("verify", () -> decode(object, found))
                        .whenComplete((answer, error) -> found.ifPresent(ObjectContent::close)))
                .handle((answer, error) -> {
                    if (error == null) {
                        return answer.index() != null
                                ? CompletableFuture.completedFuture(answer.index())
                                : readTail(object, answer.needed(), again);
                    }
                    Throwable cause = Failures.unwrap(error);
                    if (again && cause instanceof CorruptedDataException) {
                        metrics.retried();
                        LOG.warn("read again: {}", cause.getMessage());
                        return readTail(object, bytes, false);
                    }
                    return CompletableFuture.<ObjectIndex>failedFuture(cause);
                })
                .thenCompose(index -> index);
    }

    /** The index, or how many bytes at the end hold it. */
    private record Answer(@Nullable ObjectIndex index, long needed) {}

    private static Answer decode(ObjectMetadata object, Optional<ObjectContent> found) {
        if (found.isEmpty()) {
            throw new ObjectMissingException(object.key());
        }
        ObjectContent content = found.get();
        try {
            if (content.objectSize() != object.size()) {
                throw new CorruptedDataException(
                        "size is " + content.objectSize() + ", the metadata says " + object.size());
            }
            ByteBuffer tail = content.data().nioBuffer();
            long needed = ObjectIndex.tailBytes(tail, content.objectSize());
            return needed > tail.remaining()
                    ? new Answer(null, needed)
                    : new Answer(ObjectIndex.decode(tail, content.objectSize()), needed);
        } catch (CorruptedDataException e) {
            throw new CorruptedDataException("object=" + object.key() + ": " + e.getMessage(), e);
        }
    }
}
