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
 * One object while it is written: by a single PUT if it is no longer than a part, otherwise in parts, one after the other.
 * Owns the part being filled. Parts are never used again, so whoever still reads one after a timeout reads the right bytes
 * [L4]. Used on the context of the compaction; futures complete on a thread of the storage.
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
    private final AtomicInteger waiting = new AtomicInteger(); // parts that are not yet sent
    private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
    private @Nullable CompletableFuture<MultipartUpload> upload;
    private @Nullable ByteBuffer part;
    private int parts;
    private long position;
    private long bytesSent; // without what was copied

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

    /** Where the next block begins. */
    long position() {
        return position;
    }

    void add(BlockEntry entry, ByteBuffer header, ByteBuffer body) {
        entries.add(entry);
        write(header);
        write(body);
    }

    /** Has the object storage copy blocks of another object; before that nothing but such copies was added. */
    void copy(PartCopy.Stretch stretch) {
        for (BlockEntry block : stretch.blocks()) {
            entries.add(new BlockEntry(
                    block.streamId(),
                    block.streamEpoch(),
                    block.baseOffset(),
                    block.endOffset(),
                    block.maxTimestamp(),
                    position + block.position() - stretch.from(),
                    block.size()));
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

    /** What it holds in the place of something else. */
    void add(CompactedRange range) {
        ranges.add(range);
    }

    /** Whether no more should be added until {@link #whenSent}. */
    boolean isFull() {
        return waiting.get() > 1;
    }

    /** Everything handed over so far was sent. */
    CompletableFuture<Void> whenSent() {
        return sent;
    }

    /**
     * Writes the index, and makes the object visible.
     *
     * @return what is to be committed, once the end of the object was read back [L6]
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
                        ? readBack(tail) // one odd answer is not believed [R44]
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
            throw new CorruptedDataException("object=" + key + ": " + content.objectSize() + " bytes were written, not "
                    + position + ", or their end is not what was sent");
        }
    }

    /** Best effort: what is left is an orphan. Completes, and never fails, when that was tried. */
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
                    LOG.warn("object={}: upload was not aborted: {}", key, error.toString());
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

    /** Grows up to the size of a part, so that a small object needs little memory. */
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
