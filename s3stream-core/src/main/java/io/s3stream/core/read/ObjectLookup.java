package io.s3stream.core.read;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.read.blocks.ObjectMissingException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the objects for reads of committed data in the metadata. A read that misses an object starts again with fresh
 * metadata. If the fresh metadata still name the object, it is lost [R20]. Thread-safe; stateless.
 */
final class ObjectLookup {

    private final MetadataClient metadata;

    ObjectLookup(MetadataClient metadata) {
        this.metadata = metadata;
    }

    /**
     * Reads; starts again if an object is missing.
     *
     * @param what names the read in an error
     */
    <T> CompletableFuture<T> read(long streamId, String what, Function<Attempt, CompletableFuture<T>> read) {
        return read(streamId, what, read, null);
    }

    private <T> CompletableFuture<T> read(
            long streamId, String what, Function<Attempt, CompletableFuture<T>> read, @Nullable Missed missedBefore) {
        return Failures.answerOf(() -> read.apply(attempt(streamId, missedBefore)))
                .handle((result, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(result);
                    }
                    if (Failures.unwrap(error) instanceof ObjectMissingException missing) {
                        Missed missed = Missed.after(missedBefore, missing.key());
                        return metadata.refresh().thenCompose(view -> read(streamId, what, read, missed));
                    }
                    return CompletableFuture.<T>failedFuture(
                            Failures.asStreamException("stream=" + streamId + " " + what + ": read failed", error));
                })
                .thenCompose(future -> future);
    }

    private Attempt attempt(long streamId, @Nullable Missed missedBefore) {
        MetadataView view = metadata.view();
        StreamMetadata stream = view.stream(streamId);
        if (stream == null) {
            throw new StreamNotFoundException("stream=" + streamId + " was deleted");
        }
        return new Attempt(view, stream, missedBefore);
    }

    /**
     * An object that was missing in earlier attempts.
     *
     * @param times consecutive misses: a single miss is not proof of a loss [R44]
     */
    record Missed(String key, int times) {

        private static final int BELIEVED = 2;

        static Missed after(@Nullable Missed before, String key) {
            return new Missed(key, before != null && before.key.equals(key) ? before.times + 1 : 1);
        }

        boolean isLost(String wanted) {
            return times >= BELIEVED && key.equals(wanted);
        }
    }

    /**
     * A single attempt.
     *
     * @param stream its state when the attempt began
     */
    record Attempt(
            MetadataView view,
            StreamMetadata stream,
            @Nullable Missed missedBefore) {

        /** Returns the index of the range that holds a committed offset. */
        int indexOf(long offset) {
            int at = stream.ranges().indexOf(offset);
            if (at < 0) {
                throw new CorruptedDataException("stream=" + stream.id() + " offset=" + offset
                        + ": no range holds it, although [" + stream.startOffset() + ", " + stream.committedEnd()
                        + ") is committed");
            }
            return at;
        }

        /** Returns the object of a range. An object removed during the attempt counts as missing. */
        ObjectMetadata objectOf(RangeList.Range range) {
            ObjectMetadata object = view.object(range.objectId());
            String key = object == null ? "number " + range.objectId() : object.key();
            if (missedBefore != null && missedBefore.isLost(key)) {
                throw new CorruptedDataException("stream=" + stream.id() + " offset=" + range.start() + " object=" + key
                        + ": the metadata names it but it is not in object storage");
            }
            if (object == null) {
                throw new ObjectMissingException(key);
            }
            return object;
        }
    }
}
