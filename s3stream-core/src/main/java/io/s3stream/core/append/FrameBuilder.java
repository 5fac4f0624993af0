package io.s3stream.core.append;

import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordEncoder;
import io.s3stream.layout.RecordFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frame being filled, at the end of the current slab. Owned by the append context; holds one reference on the slab.
 */
final class FrameBuilder {

    private final SlabPool pool;
    private final int alignment;
    private final int targetBytes;

    private @Nullable Slab slab;
    private @Nullable RecordEncoder encoder;
    private int start;
    private int end;
    private List<PendingAppend> appends = new ArrayList<>();

    /** @param targetBytes a frame is full at this size, padding included; a single larger batch still fits */
    FrameBuilder(SlabPool pool, int alignment, int targetBytes) {
        this.pool = pool;
        this.alignment = alignment;
        this.targetBytes = targetBytes;
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

    /** Whether {@code encodedBytes} more can be added without ending the frame first. */
    boolean accepts(int encodedBytes) {
        if (appends.isEmpty()) {
            return true;
        }
        int padded = FrameFormat.paddedBytes(bodyBytes() + encodedBytes, alignment);
        return padded <= targetBytes && start + padded <= current().capacity();
    }

    /** Whether {@link #add} would take another slab. */
    boolean needsSlab(int encodedBytes) {
        return appends.isEmpty()
                && (slab == null || start + FrameFormat.paddedBytes(encodedBytes, alignment) > slab.capacity());
    }

    void add(Enqueued item) {
        if (appends.isEmpty()) {
            begin(item.encodedBytes());
        }
        if (item instanceof AppendGroup group) {
            group.appends().forEach(this::encode);
        } else if (item instanceof PendingAppend append) {
            encode(append);
        }
    }

    /** A frame without records, unless there are some already. */
    void beginEmpty() {
        if (appends.isEmpty()) {
            begin(0);
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

    /** The frame was sealed: the next one begins after it. */
    List<PendingAppend> finish() {
        List<PendingAppend> finished = appends;
        start += paddedBytes();
        end = start + FrameFormat.HEADER_BYTES;
        appends = new ArrayList<>(finished.size());
        if (slab != null && start + alignment > slab.capacity()) {
            letGo(); // full: kept, a large one could hold back the append that needs its room
        }
        return finished;
    }

    /** Gives up what was not sealed, and the slab. */
    List<PendingAppend> abort() {
        List<PendingAppend> unsealed = appends;
        appends = new ArrayList<>();
        letGo();
        return unsealed;
    }

    private void letGo() {
        if (slab != null) {
            slab.release();
            slab = null;
        }
    }

    private void begin(int encodedBytes) {
        int padded = FrameFormat.paddedBytes(encodedBytes, alignment);
        if (slab == null || start + padded > slab.capacity()) {
            letGo(); // before there is another one: allocating may fail, and this reference is given back once only
            slab = pool.allocate(padded);
            encoder = new RecordEncoder(slab.memory());
            start = 0;
        }
        end = start + FrameFormat.HEADER_BYTES;
    }

    private void encode(PendingAppend append) {
        append.encode(encoder(), current(), end);
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
