package io.s3stream.core.append;

import java.util.List;

/** Batches of several streams that become durable together or not at all. */
record AppendGroup(List<PendingAppend> appends, int encodedBytes) implements Enqueued {

    @Override
    public void stamp(long stamp) {
        appends.get(0).stamp(stamp);
    }
}
