package io.s3stream.core.append;

import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordEncoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame that the append context fills itself, at the end of its own slab: with appends that got no place in a slab of
 * callers, and with records that must move. Owned by the append context. Holds one reference on the slab.
 */
final class FrameBuilder implements FilledFrame {

    private final SlabPool pool;
    private final int alignment;
    private final int targetBytes;

    private @Nullable Slab slab;
    private @Nullable RecordEncoder encoder;
    private int start;
    private int end;
    private List<PendingAppend> appends = new ArrayList<>();
    private List<PendingAppend> next = new ArrayList<>();

    /** @param targetBytes size of a full frame, padding included; a single larger batch still fits */
    FrameBuilder(SlabPool pool, int alignment, int targetBytes) {
        this.pool = pool;
        this.alignment = alignment;
        this.targetBytes = targetBytes;
    }

    boolean isEmpty() {
        return appends.isEmpty();
    }

    @Override
    public int bodyBytes() {
        return end - start - FrameFormat.HEADER_BYTES;
    }

    @Override
    public int alignment() {
        return alignment;
    }

    /** Returns whether {@code encodedBytes} more fit into the current frame. */
    boolean accepts(int encodedBytes) {
        if (appends.isEmpty()) {
            return true;
        }
        int padded = FrameFormat.paddedBytes(bodyBytes() + encodedBytes, alignment);
        return padded <= targetBytes && start + padded <= slab().capacity();
    }

    /** Returns whether {@link #add} needs another slab first. */
    boolean needsSlab(int encodedBytes) {
        return appends.isEmpty()
                && (slab == null || start + FrameFormat.paddedBytes(encodedBytes, alignment) > slab.capacity());
    }

    /** Takes a slab for an item of this size. Returns false if the process has no direct memory left. */
    boolean takeSlab(int encodedBytes) {
        letGo(); // first: the allocation may fail, and this reference must be released only once
        try {
            slab = pool.allocate(FrameFormat.paddedBytes(encodedBytes, alignment));
        } catch (OutOfMemoryError e) {
            return false;
        }
        encoder = new RecordEncoder(slab.memory());
        start = 0;
        return true;
    }

    /** Adds an item: encodes the kept payloads, or moves the records from another slab. */
    void add(Enqueued item) {
        beginEmpty();
        for (PendingAppend append : item.appends()) {
            append.encode(encoder(), slab(), end);
            appends.add(append);
            end += append.encodedBytes();
        }
    }

    /** Begins an empty frame unless the frame has records. The slab must have room. */
    void beginEmpty() {
        if (appends.isEmpty()) {
            end = start + FrameFormat.HEADER_BYTES;
        }
    }

    @Override
    public Slab slab() {
        if (slab == null) {
            throw new IllegalStateException("no frame was begun");
        }
        return slab;
    }

    @Override
    public int start() {
        return start;
    }

    /** Returns the appends of the frame. */
    List<PendingAppend> appends() {
        return appends;
    }

    @Override
    public List<PendingAppend> prepare() {
        next = new ArrayList<>(appends.size());
        return appends;
    }

    @Override
    public void issued() {
        start += paddedBytes();
        end = start + FrameFormat.HEADER_BYTES;
        appends = next;
        if (slab != null && start + alignment > slab.capacity()) {
            letGo(); // a large slab, if kept, could hold the memory that the next append needs
        }
    }

    /** Releases the slab of an empty frame. */
    void rest() {
        if (appends.isEmpty()) {
            letGo();
        }
    }

    /** Drops the appends that were not issued, and releases the slab. */
    void abort() {
        appends = new ArrayList<>();
        letGo();
    }

    private void letGo() {
        if (slab != null) {
            slab.release();
            slab = null;
        }
    }

    private RecordEncoder encoder() {
        if (encoder == null) {
            throw new IllegalStateException("no frame was begun");
        }
        return encoder;
    }
}
