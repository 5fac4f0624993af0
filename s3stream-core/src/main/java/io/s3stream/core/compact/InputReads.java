package io.s3stream.core.compact;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.CompactionMetrics;
import io.s3stream.core.storage.Fingerprint;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads indexes and stretches of inputs, and checks their length. Completes on a thread of the storage. */
final class InputReads {

    private static final long TAIL_GUESS_BYTES = 64 << 10;

    private final ObjectStorage storage;
    private final Retries retries;
    private final CompactionMetrics metrics;

    InputReads(ObjectStorage storage, Retries retries, CompactionMetrics metrics) {
        this.storage = storage;
        this.retries = retries;
        this.metrics = metrics;
    }

    CompletableFuture<ObjectIndex> index(ObjectMetadata object) {
        return tail(object, TAIL_GUESS_BYTES)
                .thenCompose(answer -> answer.index() != null
                        ? CompletableFuture.completedFuture(answer)
                        : tail(object, answer.needed()))
                .thenApply(answer -> {
                    if (answer.index() == null) {
                        throw new CorruptedDataException(
                                "object=" + object.key() + ": the size of its index changed between two reads");
                    }
                    return answer.index();
                });
    }

    /** Reads exactly {@code length} bytes, or fails. The receiver must release them. */
    CompletableFuture<ObjectContent> slice(ObjectMetadata object, long from, long length) {
        return get(object.key(), ByteRange.slice(from, length)).thenApply(content -> {
            if (content.data().readableBytes() != length || content.objectSize() != object.size()) {
                String found = content.data().readableBytes() + " bytes of " + content.objectSize();
                content.close();
                throw new CorruptedDataException("object=" + object.key() + " position=" + from + ": " + found
                        + ", expected " + length + " of " + object.size());
            }
            return content;
        });
    }

    /** Reads the last {@code length} bytes of an object that was just written. */
    CompletableFuture<ObjectContent> suffix(String key, long length) {
        return get(key, ByteRange.suffix(length));
    }

    /** The index, or the number of bytes at the end that contain it. */
    private record Answer(@Nullable ObjectIndex index, long needed) {}

    private CompletableFuture<Answer> tail(ObjectMetadata object, long bytes) {
        return get(object.key(), ByteRange.suffix(bytes)).thenApply(content -> {
            try (content) {
                return decode(object, content);
            }
        });
    }

    private static Answer decode(ObjectMetadata object, ObjectContent content) {
        ByteBuffer tail = content.data().nioBuffer();
        try {
            if (content.objectSize() != object.size()) {
                throw new CorruptedDataException(
                        "size is " + content.objectSize() + ", but the metadata name " + object.size());
            }
            long needed = ObjectIndex.tailBytes(tail.duplicate(), object.size());
            return needed > tail.remaining()
                    ? new Answer(null, needed)
                    : new Answer(ObjectIndex.decode(tail.duplicate(), object.size()), needed);
        } catch (CorruptedDataException e) {
            throw new CorruptedDataException(
                    "object=" + object.key() + ": " + e.getMessage() + "; read " + Fingerprint.of(content.from(), tail),
                    e);
        }
    }

    private CompletableFuture<ObjectContent> get(String key, ByteRange range) {
        return retries.request("object=" + key + ": GET", () -> storage.get(key, range))
                .thenApply((Optional<ObjectContent> found) -> {
                    ObjectContent content = found.orElseThrow(() -> new InputGoneException(key));
                    metrics.read(content.data().readableBytes());
                    return content;
                });
    }
}
