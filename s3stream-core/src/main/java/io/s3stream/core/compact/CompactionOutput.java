package io.s3stream.core.compact;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metrics.CompactionMetrics;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object being written: by a single PUT if it fits into one part, otherwise as a multipart upload, part after part.
 * Owns the part being filled. Parts are never reused, so a request that outlives its timeout still reads the right
 * bytes [L4]. Used on the context of the compaction; futures complete on a thread of the storage.
 */
final class CompactionOutput {

    private static final Logger LOG = LoggerFactory.getLogger(CompactionOutput.class);

    private final ObjectStorage storage;
    private final InputReads reads;
    private final Retries retries;
    private final CompactionMetrics metrics;
    private final String key;
    private final int partBytes;
    private final List<BlockEntry> entries = new ArrayList<>();
    private final List<CompactedRange> ranges = new ArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger(); // parts that are not sent yet
    private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
    private @Nullable CompletableFuture<MultipartUpload> upload;
    private @Nullable ByteBuffer part;
    private int parts;
    private long position;
    private long bytesSent; // without copied bytes

    CompactionOutput(
            ObjectStorage storage,
            InputReads reads,
            Retries retries,
            CompactionMetrics metrics,
            String key,
            int partBytes) {
        this.storage = storage;
        this.reads = reads;
        this.retries = retries;
        this.metrics = metrics;
        this.key = key;
        this.partBytes = partBytes;
    }

    String key() {
        return key;
    }

    /** Returns the position of the next block. */
    long position() {
        return position;
    }

    void add(BlockEntry entry, ByteBuffer header, ByteBuffer body) {
        entries.add(entry);
        write(header);
        write(body);
    }

    /** Lets the object storage copy blocks of another object. Must not follow any written block. */
    void copy(PartCopy.Stretch stretch) {
        for (BlockEntry block : stretch.blocks()) {
            entries.add(new BlockEntry(
                    block.streamId(),
                    block.streamEpoch(),
                    block.baseOffset(),
                    block.endOffset(),
                    block.maxTimestamp(),
                    position + block.position() - stretch.from(),
                    block.size(),
                    block.rewrites()));
        }
        position += stretch.length();
        CompletableFuture<MultipartUpload> begun = begin();
        int number = ++parts;
        sent = sent.thenCompose(before -> begun)
                .thenCompose(uploading -> request(
                        "copy of part " + number,
                        () -> uploading.copyPart(
                                number, stretch.input().object().key(), stretch.from(), stretch.length())))
                .thenRun(() -> metrics.copied(stretch.length()));
    }

    private CompletableFuture<MultipartUpload> begin() {
        CompletableFuture<MultipartUpload> begun = upload;
        if (begun == null) {
            begun = request("begin of an upload", () -> storage.createMultipart(key));
            upload = begun;
        }
        return begun;
    }

    /** Adds a range that the object replaces. */
    void add(CompactedRange range) {
        ranges.add(range);
    }

    /** Returns whether the caller should wait for {@link #whenSent} before it adds more. */
    boolean isFull() {
        return waiting.get() > 1;
    }

    /** Completes when everything added so far is sent. */
    CompletableFuture<Void> whenSent() {
        return sent;
    }

    /**
     * Writes the index and makes the object visible.
     *
     * @return the object to commit. Completes after the end of the object was read back [L6]
     */
    CompletableFuture<CompactedObject> finish() {
        ByteBuffer tail = ObjectIndex.encodeTail(entries, position);
        write(tail.duplicate());
        CompletableFuture<?> written;
        if (upload == null) {
            ByteBuffer whole = part == null ? ByteBuffer.allocate(0) : part.flip();
            written = request("PUT", () -> storage.put(key, ObjectBody.of(whole.duplicate()), PutCondition.ALWAYS));
        } else {
            sendPart();
            CompletableFuture<MultipartUpload> begun = upload;
            written = sent.thenCompose(all -> begun)
                    .thenCompose(uploading -> request("end of the upload", uploading::complete));
        }
        part = null;
        return written.thenCompose(done -> readBack(tail))
                .exceptionallyCompose(error -> Failures.unwrap(error) instanceof CorruptedDataException
                        ? readBack(tail) // a single wrong answer is not believed [R44]
                        : CompletableFuture.failedFuture(error))
                .thenApply(right -> {
                    metrics.written(bytesSent);
                    return new CompactedObject(key, position, ranges);
                });
    }

    private CompletableFuture<Void> readBack(ByteBuffer tail) {
        return reads.suffix(key, tail.remaining()).thenAccept(content -> {
            try (content) {
                checkWritten(content, tail);
            }
        });
    }

    private void checkWritten(ObjectContent content, ByteBuffer tail) {
        if (content.objectSize() != position || !content.data().nioBuffer().equals(tail)) {
            throw new CorruptedDataException("object=" + key + ": has " + content.objectSize() + " bytes instead of "
                    + position + ", or its end differs from the bytes sent");
        }
    }

    /**
     * Aborts the upload, best effort; a left-over is an orphan. The future completes after the attempt and never fails.
     */
    CompletableFuture<Void> abandon() {
        part = null;
        CompletableFuture<MultipartUpload> begun = upload;
        if (begun == null) {
            return CompletableFuture.completedFuture(null);
        }
        return sent.handle((done, error) -> begun)
                .thenCompose(same -> same)
                .thenCompose(MultipartUpload::abort)
                .exceptionally(error -> {
                    LOG.warn("object={}: cannot abort the upload: {}", key, error.toString());
                    return null;
                });
    }

    private <T> CompletableFuture<T> request(String what, Supplier<CompletableFuture<T>> request) {
        return retries.request("object=" + key + ": " + what, request);
    }

    private void write(ByteBuffer bytes) {
        position += bytes.remaining();
        bytesSent += bytes.remaining();
        while (bytes.hasRemaining()) {
            if (part != null && !part.hasRemaining() && part.capacity() == partBytes) {
                sendPart();
            }
            part = withRoom(bytes.remaining());
            int length = Math.min(bytes.remaining(), part.remaining());
            part.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
    }

    /** Returns a part with room. A part grows up to its full size, so that a small object needs little memory. */
    private ByteBuffer withRoom(int bytes) {
        ByteBuffer present = part;
        if (present != null && (present.remaining() >= bytes || present.capacity() == partBytes)) {
            return present;
        }
        long held = present == null ? 0 : present.position();
        long wanted = Math.max(held + bytes, 2 * held);
        ByteBuffer larger = ByteBuffer.allocate((int) Math.min(partBytes, wanted));
        return present == null ? larger : larger.put(present.flip());
    }

    private void sendPart() {
        ByteBuffer full = part;
        if (full == null) {
            return;
        }
        part = null;
        CompletableFuture<MultipartUpload> begun = begin();
        int number = ++parts;
        ByteBuffer bytes = full.flip();
        waiting.incrementAndGet();
        sent = sent.thenCompose(before -> begun)
                .thenCompose(uploading ->
                        request("part " + number, () -> uploading.part(number, ObjectBody.of(bytes.duplicate()))))
                .whenComplete((done, error) -> waiting.decrementAndGet());
    }
}
