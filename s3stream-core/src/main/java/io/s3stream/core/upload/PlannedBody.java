package io.s3stream.core.upload;

import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.memory.Slab;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.storage.ObjectBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
        return new SlabCursor();
    }

    /** Iterates over blocks and, inside, stretches of adjacent records. */
    private final class SlabCursor implements Cursor {

        private int block;
        private int record = -1; // -1: the block's header is next
        private @Nullable ByteBuffer stretch; // found but not yet returned
        private boolean tailSent;

        @Override
        @Nullable
        public ByteBuffer next() {
            ByteBuffer first = nextStretch();
            if (first == null || first.remaining() >= DIRECT_BYTES) {
                return first;
            }
            List<ByteBuffer> small = new ArrayList<>();
            int bytes = 0;
            for (ByteBuffer piece = first; piece != null; piece = nextStretch()) {
                if (piece.remaining() >= DIRECT_BYTES || bytes + piece.remaining() > CHUNK_BYTES) {
                    stretch = piece;
                    break;
                }
                small.add(piece);
                bytes += piece.remaining();
            }
            if (small.size() == 1) {
                return first;
            }
            ByteBuffer chunk = ByteBuffer.allocate(bytes); // the exact size: a block's header is often alone
            small.forEach(chunk::put);
            return chunk.flip();
        }

        private @Nullable ByteBuffer nextStretch() {
            if (stretch != null) {
                ByteBuffer found = stretch;
                stretch = null;
                return found;
            }
            if (block == blocks.size()) {
                boolean sent = tailSent;
                tailSent = true;
                return sent ? null : tail.asReadOnlyBuffer();
            }
            BlockPlan plan = blocks.get(block);
            if (record < 0) {
                record = plan.from();
                return plan.header().asReadOnlyBuffer();
            }
            return records(plan);
        }

        /** Returns the stretch of memory from the next record on, as far as records are adjacent. */
        private ByteBuffer records(BlockPlan plan) {
            StreamRun run = plan.run();
            Slab slab = run.slab(record);
            int from = run.place(record);
            int to = from;
            do {
                to += RecordFormat.encodedBytes(RecordFormat.payloadBytes(slab.memory(), to));
                record++;
            } while (record < plan.to() && run.slab(record) == slab && run.place(record) == to);
            if (record == plan.to()) {
                block++;
                record = -1;
            }
            return slab.memory().slice(from, to - from);
        }
    }
}
