package io.s3stream.core.append;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches of several streams that become durable together or not at all. */
final class AppendGroup implements Enqueued {

    private final List<PendingAppend> appends;
    private final int encodedBytes;
    private @Nullable Enqueued next;

    AppendGroup(List<PendingAppend> appends, int encodedBytes) {
        this.appends = appends;
        this.encodedBytes = encodedBytes;
    }

    @Override
    public List<PendingAppend> appends() {
        return appends;
    }

    @Override
    public int count() {
        return appends.size();
    }

    @Override
    public int encodedBytes() {
        return encodedBytes;
    }

    @Override
    public void stamp(long stamp) {
        appends.get(0).stamp(stamp);
    }

    @Override
    @Nullable
    public Enqueued next() {
        return next;
    }

    @Override
    public void link(@Nullable Enqueued neighbour) {
        next = neighbour;
    }
}
