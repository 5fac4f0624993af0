package io.s3stream.core.compact;

import io.s3stream.layout.BlockEntry;
import io.s3stream.spi.storage.ObjectContent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of one input is in memory: a stretch of it with the next blocks to be copied. Owns that memory. Used on the context of
 * the compaction only.
 */
final class InputWindow {

    private final CompactionInput input;
    private final long windowBytes;
    private final List<BlockEntry> blocks = new ArrayList<>(); // those to be copied, in that order
    private int next; // the first that no window has covered
    private @Nullable ObjectContent content;

    /** @param windowBytes how long a stretch is, unless one block is longer */
    InputWindow(CompactionInput input, long windowBytes) {
        this.input = input;
        this.windowBytes = windowBytes;
    }

    CompactionInput input() {
        return input;
    }

    /** One more block that will be asked for, after those before. */
    void expect(BlockEntry block) {
        blocks.add(block);
    }

    /** Where in {@link #bytes} the block is, or -1 if the next stretch has to be read first. */
    int find(BlockEntry block) {
        if (content == null || block.position() < content.from()) {
            return -1;
        }
        long at = block.position() - content.from();
        return at + block.size() <= content.data().readableBytes() ? (int) at : -1;
    }

    ByteBuffer bytes() {
        if (content == null) {
            throw new IllegalStateException("object=" + input.object().key() + ": nothing was read");
        }
        return content.data().nioBuffer();
    }

    /** Which stretch is the next. */
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

    /** The stretch was read; it belongs to this now. */
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
