package io.s3stream.core.compact;

import io.s3stream.layout.BlockEntry;
import io.s3stream.spi.storage.ObjectContent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stretch of one input that is in memory: the next blocks to copy. Owns that memory. Used on the context of the
 * compaction only.
 */
final class InputWindow {

    private final CompactionInput input;
    private final long windowBytes;
    private final List<BlockEntry> blocks = new ArrayList<>(); // blocks to copy, in that order
    private int next; // the first block that no window has covered
    private @Nullable ObjectContent content;

    /** @param windowBytes maximum length of a stretch, unless one block is longer */
    InputWindow(CompactionInput input, long windowBytes) {
        this.input = input;
        this.windowBytes = windowBytes;
    }

    CompactionInput input() {
        return input;
    }

    /** Appends a block to the list of blocks to copy. */
    void expect(BlockEntry block) {
        blocks.add(block);
    }

    /** Returns the position of the block in {@link #bytes}, or -1 if the next stretch must be read first. */
    int find(BlockEntry block) {
        if (content == null || block.position() < content.from()) {
            return -1;
        }
        long at = block.position() - content.from();
        return at + block.size() <= content.data().readableBytes() ? (int) at : -1;
    }

    ByteBuffer bytes() {
        if (content == null) {
            throw new IllegalStateException("object=" + input.object().key() + ": no stretch was read");
        }
        return content.data().nioBuffer();
    }

    /** A stretch of bytes to read. */
    record Stretch(long from, long length) {}

    Stretch advance() {
        release();
        long from = blocks.get(next).position();
        long to = from;
        while (next < blocks.size()) {
            BlockEntry block = blocks.get(next);
            long end = block.position() + block.size();
            if (to > from && (block.position() < to || end - from > windowBytes)) {
                break;
            }
            to = end;
            next++;
        }
        return new Stretch(from, to - from);
    }

    /** Takes ownership of a stretch that was read. */
    void accept(ObjectContent stretch) {
        release();
        content = stretch;
    }

    void release() {
        if (content != null) {
            content.close();
            content = null;
        }
    }
}
