package io.s3stream.core.upload;

import io.s3stream.spi.storage.ObjectBody;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a planned object, straight from the slabs. Adjacent records and large ones are sent from the slab. Small
 * scattered ones are copied together, so that no piece is tiny.
 */
final class PlannedBody extends ObjectBody {

    /** A stretch of a slab of at least this length is sent without a copy. */
    private static final int DIRECT_BYTES = 4096;

    private static final int CHUNK_BYTES = 128 * 1024;
    private static final ByteBuffer NO_SCRATCH = ByteBuffer.allocate(0);

    private final List<BlockPlan> blocks;
    private final ByteBuffer tail;
    private final long length;

    PlannedBody(ObjectPlan plan) {
        this.blocks = List.copyOf(plan.blocks());
        this.tail = plan.tail();
        this.length = blocks.stream().mapToLong(block -> block.entry().size()).sum() + tail.remaining();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public Cursor open() {
        return open(NO_SCRATCH);
    }

    @Override
    public Cursor open(ByteBuffer scratch) {
        return new Pieces(new Stretches(blocks, tail), scratch);
    }

    /** Makes pieces of stretches. */
    private static final class Pieces implements Cursor {

        private final Stretches stretches;
        private final ByteBuffer scratch;
        private boolean found; // the present stretch is in no piece yet

        Pieces(Stretches stretches, ByteBuffer scratch) {
            this.stretches = stretches;
            this.scratch = scratch;
            this.found = stretches.next();
        }

        @Override
        @Nullable
        public ByteBuffer next() {
            if (!found) {
                return null;
            }
            if (stretches.length() >= DIRECT_BYTES) {
                ByteBuffer piece = stretches.slice();
                found = stretches.next();
                return piece;
            }
            return copyTogether();
        }

        private ByteBuffer copyTogether() {
            ByteBuffer chunk = scratch;
            if (scratch.remaining() < DIRECT_BYTES) {
                chunk = ByteBuffer.allocate(lengthOfSmall()); // the exact size: a block's header is often alone
            }
            int start = chunk.position();
            int end = start + Math.min(CHUNK_BYTES, chunk.remaining());
            while (found && stretches.length() < DIRECT_BYTES && stretches.length() <= end - chunk.position()) {
                stretches.copyTo(chunk);
                found = stretches.next();
            }
            return chunk.slice(start, chunk.position() - start);
        }

        /** Returns the length of the small stretches from here on, as far as a chunk takes them. */
        private int lengthOfSmall() {
            Stretches ahead = stretches.copy();
            int bytes = 0;
            do {
                bytes += ahead.length();
            } while (ahead.next() && ahead.length() < DIRECT_BYTES && bytes + ahead.length() <= CHUNK_BYTES);
            return bytes;
        }
    }
}
