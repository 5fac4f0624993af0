package io.s3stream.core.verify;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.BlockEntry;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads blocks of an object, adjacent ones together, within a limit on memory. Thread-safe. */
public final class BlockReads {

    private static final long MAX_READ_BYTES = 4 << 20;

    /** Larger blocks are not read: no release of this software writes them, and a damaged index may claim any size. */
    static final long MAX_BLOCK_BYTES = 1 << 30;

    private final PatientStorage storage;
    private final IoExecutor verifier;
    private final Permits memory;

    /**
     * @param verifier runs the receivers
     * @param memoryBytes the maximum held at a time; a single larger block is held alone
     */
    public BlockReads(PatientStorage storage, IoExecutor verifier, long memoryBytes) {
        this.storage = storage;
        this.verifier = verifier;
        this.memory = new Permits(memoryBytes);
    }

    /** Receives each block, in the order of the entries, on a verifying thread. */
    public interface Receiver {

        /** @param bytes of the block, fewer if the object ends before; valid until this returns */
        void block(BlockEntry entry, ByteBuffer bytes);
    }

    /**
     * Reads all of these blocks, one read after another.
     *
     * @param entries by position
     * @return completes with whether the object existed for all of them. Fails with an exception of the receiver. Fails
     *     with {@link CorruptedDataException}, without a read, if blocks overlap: each byte is read once at most
     */
    public CompletableFuture<Boolean> read(String key, List<BlockEntry> entries, Receiver receiver) {
        Optional<String> wrong = BlockPlaces.wrong(entries);
        if (wrong.isPresent()) {
            return CompletableFuture.failedFuture(new CorruptedDataException("object=" + key + ": " + wrong.get()));
        }
        return readFrom(key, chunks(entries), 0, receiver);
    }

    private CompletableFuture<Boolean> readFrom(
            String key, List<List<BlockEntry>> chunks, int index, Receiver receiver) {
        if (index == chunks.size()) {
            return CompletableFuture.completedFuture(true);
        }
        List<BlockEntry> chunk = chunks.get(index);
        long from = chunk.get(0).position();
        BlockEntry last = chunk.get(chunk.size() - 1);
        long length = last.position() + last.size() - from;
        return memory.acquire(length)
                .thenCompose(taken -> storage.get(key, ByteRange.slice(from, length))
                        .thenCompose(content -> verifier.submit("verify", () -> handOut(content, chunk, from, receiver))
                                .whenComplete((there, error) -> content.ifPresent(ObjectContent::close)))
                        .whenComplete((there, error) -> memory.release(taken))
                        .thenCompose(there -> there
                                ? readFrom(key, chunks, index + 1, receiver)
                                : CompletableFuture.completedFuture(false)));
    }

    private static boolean handOut(
            Optional<ObjectContent> content, List<BlockEntry> chunk, long from, Receiver receiver) {
        if (content.isEmpty()) {
            return false;
        }
        ByteBuffer bytes = content.get().data().nioBuffer();
        for (BlockEntry entry : chunk) {
            int at = Math.min(bytes.limit(), Math.toIntExact(entry.position() - from));
            receiver.block(entry, bytes.slice(at, Math.min(entry.size(), bytes.limit() - at)));
        }
        return true;
    }

    private static List<List<BlockEntry>> chunks(List<BlockEntry> entries) {
        List<List<BlockEntry>> chunks = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= entries.size(); i++) {
            BlockEntry first = entries.get(begin);
            BlockEntry before = entries.get(i - 1);
            boolean ends = i == entries.size()
                    || entries.get(i).position() != before.position() + before.size()
                    || entries.get(i).position() + entries.get(i).size() - first.position() > MAX_READ_BYTES;
            if (ends) {
                chunks.add(entries.subList(begin, i));
                begin = i;
            }
        }
        return chunks;
    }
}
