package io.s3stream.core.read;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Leads reads of committed data from the metadata to objects. An object that is gone is looked up once more in fresh
 * metadata; named there again, it is lost [R20]. Thread-safe, without state of its own.
 */
final class ObjectLookup {

    private final MetadataClient metadata;

    ObjectLookup(MetadataClient metadata) {
        this.metadata = metadata;
    }

    /**
     * Reads, and again from the beginning if an object is missing.
     *
     * @param what names the read in an error
     */
    <T> CompletableFuture<T> read(long streamId, String what, Function<Attempt, CompletableFuture<T>> read) {
        return read(streamId, what, read, null);
    }

    private <T> CompletableFuture<T> read(
            long streamId,
            String what,
            Function<Attempt, CompletableFuture<T>> read,
            @Nullable ObjectMissingException missedBefore) {
        return Failures.answerOf(() -> read.apply(attempt(streamId, missedBefore)))
                .handle((result, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(result);
                    }
                    if (Failures.unwrap(error) instanceof ObjectMissingException missing) {
                        return metadata.refresh().thenCompose(view -> read(streamId, what, read, missing));
                    }
                    return CompletableFuture.<T>failedFuture(
                            Failures.asStreamException("stream=" + streamId + " " + what + ": read failed", error));
                })
                .thenCompose(future -> future);
    }

    private Attempt attempt(long streamId, @Nullable ObjectMissingException missedBefore) {
        MetadataView view = metadata.view();
        StreamMetadata stream = view.stream(streamId);
        if (stream == null) {
            throw new StreamNotFoundException("stream=" + streamId + " was deleted");
        }
        return new Attempt(view, stream, missedBefore);
    }

    /**
     * One try.
     *
     * @param stream as it was when the try began
     */
    record Attempt(
            MetadataView view,
            StreamMetadata stream,
            @Nullable ObjectMissingException missedBefore) {

        /** The index of the range that holds a committed offset. */
        int indexOf(long offset) {
            int at = stream.ranges().indexOf(offset);
            if (at < 0) {
                throw new CorruptedDataException("stream=" + stream.id() + " offset=" + offset
                        + ": no range holds it, although [" + stream.startOffset() + ", " + stream.committedEnd()
                        + ") is committed");
            }
            return at;
        }

        /** The object of a range; one that went while the try went on counts as missing. */
        ObjectMetadata objectOf(RangeList.Range range) {
            ObjectMetadata object = view.object(range.objectId());
            String key = object == null ? "number " + range.objectId() : object.key();
            if (missedBefore != null && missedBefore.key().equals(key)) {
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
