package io.s3stream.core.storage;

import io.s3stream.spi.runtime.DirectIo;
import io.s3stream.spi.storage.ObjectBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes large objects past the page cache. Through it, the kernel copies each byte, removes other pages to make room, and
 * writes back in large bursts that delay a WAL on the same disk. Owns one aligned buffer for each put in progress, kept for
 * the next put. Thread-safe.
 */
final class DirectWrites {

    private static final Logger LOG = LoggerFactory.getLogger(DirectWrites.class);

    private static final int LEAST_BYTES = 1 << 20;
    private static final int STAGE_BYTES = 512 << 10;
    private static final int MAX_ALIGNMENT = 64 << 10;

    private final @Nullable OpenOption direct;
    private final int alignment;
    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    private DirectWrites(@Nullable OpenOption direct, int alignment) {
        this.direct = direct;
        this.alignment = alignment;
    }

    /** Never writes past the page cache. */
    static DirectWrites none() {
        return new DirectWrites(null, 1);
    }

    /** Finds out, by a write to a temporary file, whether the file system has direct I/O. */
    static DirectWrites probe(TemporaryFiles temporary) throws IOException {
        return temporary.with(temporary.nextVersion(), (file, channel) -> {
            try {
                long alignment = Files.getFileStore(file).getBlockSize();
                if (alignment > MAX_ALIGNMENT) {
                    LOG.debug("no direct I/O in {}: it requires an alignment of {}", file.getParent(), alignment);
                    return none();
                }
                DirectWrites writes = new DirectWrites(DirectIo.option(), (int) alignment);
                writes.probe(file);
                return writes;
            } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
                LOG.debug("no direct I/O in {}", file.getParent(), e);
                return none();
            }
        });
    }

    private void probe(Path file) throws IOException {
        try (FileChannel past = open(file)) {
            past.write(stage().limit(alignment), 0);
        }
    }

    /** Returns whether {@link #write} can write the body. */
    boolean serves(ObjectBody body) {
        return direct != null && body.length() >= LEAST_BYTES;
    }

    /**
     * Writes a whole file. The last bytes, fewer than a block, go through the page cache.
     *
     * @param channel of the same file, which is empty
     */
    void write(Path file, FileChannel channel, ByteBuffer header, ObjectBody body) throws IOException {
        ByteBuffer stage = free.poll();
        if (stage == null) {
            stage = stage();
        }
        try (FileChannel past = open(file)) {
            StagedWriter writer = new StagedWriter(past, stage, alignment);
            writer.write(header);
            writer.write(body);
            writer.finish(channel);
        } finally {
            free.add(stage.clear());
        }
    }

    private FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.WRITE, direct);
    }

    private ByteBuffer stage() {
        return ByteBuffer.allocateDirect(STAGE_BYTES + alignment)
                .alignedSlice(alignment)
                .limit(STAGE_BYTES)
                .slice();
    }
}
