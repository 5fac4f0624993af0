package io.s3stream.core.append;

import io.s3stream.core.append.claims.ClaimReader;
import io.s3stream.core.memory.Slab;
import java.util.ArrayList;
import java.util.List;

/** A frame whose records callers have written. Owned by the append context. */
final class ClaimedFrame implements FilledFrame {

    private final ClaimReader<Enqueued> reader;
    private final int alignment;
    private List<Enqueued> next = new ArrayList<>();
    private int count;

    ClaimedFrame(ClaimReader<Enqueued> reader, int alignment) {
        this.reader = reader;
        this.alignment = alignment;
    }

    @Override
    public Slab slab() {
        return reader.slab();
    }

    @Override
    public int start() {
        return reader.start();
    }

    @Override
    public int bodyBytes() {
        return reader.bodyBytes();
    }

    @Override
    public int alignment() {
        return alignment;
    }

    @Override
    public List<PendingAppend> prepare() {
        List<Enqueued> records = reader.records();
        List<PendingAppend> appends = new ArrayList<>(records.size());
        for (Enqueued record : records) {
            record.addTo(appends);
        }
        next = new ArrayList<>(records.size());
        count = appends.size();
        return appends;
    }

    /** Returns the number of appends of the last frame that was prepared. */
    int count() {
        return count;
    }

    @Override
    public void issued() {
        reader.take(next);
    }
}
