package io.s3stream.core.append;

import io.s3stream.core.memory.FrameRoom;
import io.s3stream.core.memory.PayloadFaults;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordEncoder;
import io.s3stream.layout.RecordFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frame being filled, at the end of the current slab. Owned by the append context. Holds one reference on the slab.
 */
final class FrameBuilder {

    private final SlabPool pool;
    private final int alignment;
    private final int targetBytes;
    private final FrameRoom room;
    private final PayloadFaults faults = new PayloadFaults();

    private @Nullable Slab slab;
    private @Nullable RecordEncoder encoder;
    private int start;
    private int end;
    private List<PendingAppend> appends = new ArrayList<>();

    /**
     * @param targetBytes size of a full frame, padding included; a single larger batch still fits
     * @param room chooses the slabs
     */
    FrameBuilder(SlabPool pool, int alignment, int targetBytes, FrameRoom room) {
        this.pool = pool;
        this.alignment = alignment;
        this.targetBytes = targetBytes;
        this.room = room;
    }

    boolean isEmpty() {
        return appends.isEmpty();
    }

    int bodyBytes() {
        return end - start - FrameFormat.HEADER_BYTES;
    }

    long payloadBytes() {
        return bodyBytes() - (long) appends.size() * RecordFormat.HEADER_BYTES;
    }

    int paddedBytes() {
        return FrameFormat.paddedBytes(bodyBytes(), alignment);
    }

    /** Returns whether {@code encodedBytes} more fit into the current frame. */
    boolean accepts(int encodedBytes) {
        if (appends.isEmpty()) {
            return true;
        }
        int padded = FrameFormat.paddedBytes(bodyBytes() + encodedBytes, alignment);
        if (padded > targetBytes) {
            return false;
        }
        boolean fits = start + padded <= current().capacity();
        if (!fits) {
            room.onCut(paddedBytes());
        }
        return fits;
    }

    /** Returns whether {@link #add} needs another slab first, or the frame would probably be cut without one. */
    boolean needsSlab(int encodedBytes) {
        return appends.isEmpty()
                && !(hasRoom(encodedBytes)
                        && (encodedBytes == 0 || room.fits(current().capacity() - start)));
    }

    /** Returns whether an item of this size fits into the current slab. */
    boolean hasRoom(int encodedBytes) {
        return slab != null && start + FrameFormat.paddedBytes(encodedBytes, alignment) <= slab.capacity();
    }

    /** Takes a slab for an item of this size. Returns false if the process has no direct memory left. */
    boolean takeSlab(int encodedBytes) {
        letGo(); // first: the allocation may fail, and this reference must be released only once
        try {
            int wanted = encodedBytes == 0 ? 0 : room.nextSlabBytes();
            slab = pool.allocate(Math.max(wanted, FrameFormat.paddedBytes(encodedBytes, alignment)));
        } catch (OutOfMemoryError e) {
            return false;
        }
        encoder = new RecordEncoder(slab.memory());
        start = 0;
        return true;
    }

    /**
     * Adds an item, completely or not at all.
     *
     * @return why the payload cannot be read; null if the item was added
     */
    @Nullable
    Throwable add(Enqueued item) {
        beginEmpty();
        int before = end;
        int count = appends.size();
        Slab into = current();
        RecordEncoder with = encoder();
        try {
            if (item instanceof PendingAppend append) {
                encode(append, with, into);
            } else {
                item.appends().forEach(append -> encode(append, with, into));
            }
            return null;
        } catch (RuntimeException | InternalError e) { // InternalError: a mapped file was truncated
            end = before;
            appends.subList(count, appends.size()).clear();
            return e;
        }
    }

    /** Begins an empty frame unless the frame has records. The slab must have room. */
    void beginEmpty() {
        if (appends.isEmpty()) {
            end = start + FrameFormat.HEADER_BYTES;
        }
    }

    Slab current() {
        if (slab == null) {
            throw new IllegalStateException("no frame was begun");
        }
        return slab;
    }

    int start() {
        return start;
    }

    /** Returns the appends of the frame. */
    List<PendingAppend> appends() {
        return appends;
    }

    /**
     * Begins the next frame behind the issued one.
     *
     * @param next list for the appends of the next frame. The caller creates it before the frame is issued, because
     *     that may fail
     */
    void finish(List<PendingAppend> next) {
        room.onFrame(paddedBytes());
        start += paddedBytes();
        end = start + FrameFormat.HEADER_BYTES;
        appends = next;
        if (slab != null && start + alignment > slab.capacity()) {
            letGo(); // a large slab, if kept, could hold the memory that the next append needs
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

    private void encode(PendingAppend append, RecordEncoder with, Slab into) {
        append.encode(with, into, end);
        if (append.isForeignMemory()) {
            faults.surface();
        }
        end += append.encodedBytes();
        appends.add(append);
    }

    private RecordEncoder encoder() {
        if (encoder == null) {
            throw new IllegalStateException("no frame was begun");
        }
        return encoder;
    }
}
