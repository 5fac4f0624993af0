package io.s3stream.core.read.blocks;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.cache.IndexTail;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.storage.DamagedReads;
import io.s3stream.layout.IndexDirectory;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the part of an object's index for one stream. A suffix GET is enough for a small index. Of a large index it
 * reads only the directory and the pages of the stream. Damage is reported when two consecutive reads agree on it.
 * Reads take permits like reads of blocks. Thread-safe.
 */
public final class IndexLoader {

    private static final Logger LOG = LoggerFactory.getLogger(IndexLoader.class);

    private static final int GUESS_BYTES = 32 << 10;
    /** No writer makes a longer part of an index: a directory bounds the bytes that a stream needs. */
    private static final long MAX_BYTES = 64L << 20;
    /** The number of concurrent reads is bounded: each takes at least this fraction of the permits. */
    private static final int MAX_READS = 64;

    private final ObjectReads reads;
    private final IndexCache cache;
    private final Permits permits;
    private final IoExecutor verifier;
    private final ReadMetrics metrics;

    /** @param permits for the bytes of reads in flight */
    public IndexLoader(ObjectReads reads, IndexCache cache, Permits permits, IoExecutor verifier, ReadMetrics metrics) {
        this.reads = reads;
        this.cache = cache;
        this.permits = permits;
        this.verifier = verifier;
        this.metrics = metrics;
    }

    /** Returns an index with all blocks of a stream in an object, if it is in memory. */
    @Nullable
    public ObjectIndex getIfPresent(ObjectMetadata object, long streamId) {
        return cache.getIfPresent(object.id(), streamId);
    }

    /** Loads an index with all blocks of a stream in an object; it may have blocks of other streams. */
    public CompletableFuture<ObjectIndex> load(ObjectMetadata object, long streamId) {
        ObjectIndex present = getIfPresent(object, streamId);
        metrics.indexLookedUp(present != null);
        return present != null
                ? CompletableFuture.completedFuture(present)
                : cache.tail(object.id(), () -> readTail(object))
                        .thenCompose(tail -> tail.directory() == null
                                ? CompletableFuture.completedFuture(tail.index())
                                : loadPages(object, tail.directory(), streamId));
    }

    private CompletableFuture<ObjectIndex> loadPages(ObjectMetadata object, IndexDirectory directory, long streamId) {
        IndexDirectory.Pages pages = directory.pagesOf(streamId);
        return cache.pages(
                object.id(),
                pages,
                () -> read(
                        object,
                        new ByteRange.Slice(pages.position(), pages.bytes()),
                        pages.bytes(),
                        bytes -> directory.decode(bytes, pages)));
    }

    private CompletableFuture<IndexTail> readTail(ObjectMetadata object) {
        int guess = (int) Math.min(GUESS_BYTES, object.size());
        return read(object, ByteRange.suffix(GUESS_BYTES), guess, tail -> Answer.of(tail, object.size()))
                .thenCompose(answer -> {
                    if (answer.tail() != null) {
                        return CompletableFuture.completedFuture(answer.tail());
                    }
                    IndexDirectory.Place place = answer.directory();
                    return place != null
                            ? read(
                                    object,
                                    new ByteRange.Slice(place.position(), place.bytes()),
                                    place.bytes(),
                                    bytes -> new IndexTail(
                                            null, IndexDirectory.decode(bytes, answer.footer(), object.size())))
                            : read(
                                    object,
                                    ByteRange.suffix(answer.needed()),
                                    answer.needed(),
                                    tail -> new IndexTail(ObjectIndex.decode(tail, object.size()), null));
                });
    }

    private <T> CompletableFuture<T> read(
            ObjectMetadata object, ByteRange range, long bytes, Function<ByteBuffer, T> decode) {
        if (bytes > MAX_BYTES) {
            return CompletableFuture.failedFuture(new CorruptedDataException("object=" + object.key() + ": " + bytes
                    + " bytes of its index must be read at once, the limit is " + MAX_BYTES));
        }
        return permits.acquire(Math.max(bytes, permits.total() / MAX_READS))
                .thenCompose(amount -> read(object, range, decode, DamagedReads.NONE)
                        .whenComplete((answer, error) -> permits.release(amount)));
    }

    /** @param before the reads of the range until now */
    private <T> CompletableFuture<T> read(
            ObjectMetadata object, ByteRange range, Function<ByteBuffer, T> decode, DamagedReads before) {
        return Failures.answerOf(() -> reads.get(object.key(), range))
                .thenCompose(found -> verifier.submit("verify", () -> decode(object, range, found, decode))
                        .whenComplete((answer, error) -> found.ifPresent(ObjectContent::close)))
                .handle((answer, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(answer);
                    }
                    Throwable cause = Failures.unwrap(error);
                    if (cause instanceof DamagedReadException damage && before.isDoubtful(damage.fingerprint())) {
                        metrics.retried();
                        LOG.warn("read again: {}", cause.getMessage());
                        return read(object, range, decode, before.with(damage.fingerprint()));
                    }
                    return CompletableFuture.<T>failedFuture(cause);
                })
                .thenCompose(answer -> answer);
    }

    private static <T> T decode(
            ObjectMetadata object, ByteRange range, Optional<ObjectContent> found, Function<ByteBuffer, T> decode) {
        if (found.isEmpty()) {
            throw new ObjectMissingException(object.key());
        }
        ObjectContent content = found.get();
        try {
            if (content.objectSize() != object.size()) {
                throw new CorruptedDataException(
                        "size is " + content.objectSize() + ", the metadata says " + object.size());
            }
            return decode.apply(content.data().nioBuffer());
        } catch (CorruptedDataException e) {
            throw new DamagedReadException(
                    "object=" + object.key() + " " + range + ": " + e.getMessage(),
                    e,
                    content.from(),
                    content.data().nioBuffer());
        }
    }

    /**
     * The content of the last bytes of an object.
     *
     * @param tail the index, if these bytes hold all of it
     * @param directory the place of its directory, if it has one
     * @param footer of the object
     * @param needed the number of bytes at the end that hold the index
     */
    private record Answer(
            @Nullable IndexTail tail, IndexDirectory.@Nullable Place directory, ByteBuffer footer, long needed) {

        static Answer of(ByteBuffer tail, long objectSize) {
            long needed = ObjectIndex.tailBytes(tail, objectSize);
            ByteBuffer footer = ByteBuffer.allocate(ObjectIndex.FOOTER_BYTES);
            footer.put(0, tail, tail.limit() - ObjectIndex.FOOTER_BYTES, ObjectIndex.FOOTER_BYTES);
            IndexTail whole =
                    needed > tail.remaining() ? null : new IndexTail(ObjectIndex.decode(tail, objectSize), null);
            return new Answer(whole, IndexDirectory.find(tail, objectSize).orElse(null), footer, needed);
        }
    }
}
