package io.s3stream.core.upload;

import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.memory.Slab;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A pass over the memory of a planned object: block headers, records, then index and footer. Records that are adjacent in
 * a slab are one stretch. Makes no object for a record.
 */
final class Stretches {

    private static final int HEADER = -1;

    private final List<BlockPlan> blocks;
    private final ByteBuffer tail;

    // The place after the present stretch.
    private int block;
    private int record = HEADER;
    private boolean over;

    // The present stretch. All access to the memory is absolute.
    private ByteBuffer memory;
    private int from;
    private int length;

    Stretches(List<BlockPlan> blocks, ByteBuffer tail) {
        this.blocks = blocks;
        this.tail = tail;
        this.memory = tail;
    }

    /** Returns an independent pass with the same present stretch. */
    Stretches copy() {
        Stretches copy = new Stretches(blocks, tail);
        copy.block = block;
        copy.record = record;
        copy.over = over;
        copy.memory = memory;
        copy.from = from;
        copy.length = length;
        return copy;
    }

    /** Goes to the next stretch. Returns false at the end. */
    boolean next() {
        if (over) {
            return false;
        }
        if (block == blocks.size()) {
            over = true;
            set(tail, tail.position(), tail.remaining());
            return true;
        }
        BlockPlan plan = blocks.get(block);
        if (record == HEADER) {
            record = plan.from();
            set(plan.header(), plan.header().position(), plan.header().remaining());
            return true;
        }
        nextRecords(plan);
        return true;
    }

    /** Returns the bytes of the present stretch. */
    int length() {
        return length;
    }

    /** Returns a view of the present stretch. */
    ByteBuffer slice() {
        return memory.slice(from, length);
    }

    /** Copies the present stretch to the position of {@code chunk}, and advances that. */
    void copyTo(ByteBuffer chunk) {
        int at = chunk.position();
        chunk.put(at, memory, from, length);
        chunk.position(at + length);
    }

    private void nextRecords(BlockPlan plan) {
        StreamRun run = plan.run();
        Slab slab = run.slab(record);
        int start = run.place(record);
        int end = start;
        do {
            end += RecordFormat.encodedBytes(RecordFormat.payloadBytes(slab.memory(), end));
            record++;
        } while (record < plan.to() && run.slab(record) == slab && run.place(record) == end);
        if (record == plan.to()) {
            block++;
            record = HEADER;
        }
        set(slab.memory(), start, end - start);
    }

    private void set(ByteBuffer memory, int from, int length) {
        this.memory = memory;
        this.from = from;
        this.length = length;
    }
}
