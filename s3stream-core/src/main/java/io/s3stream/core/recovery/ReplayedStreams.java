package io.s3stream.core.recovery;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Tracks the replayed end of each stream, to find records that do not continue their stream. For one thread. */
final class ReplayedStreams {

    /** The stream cannot continue: an earlier record was kept. */
    private static final long NOWHERE = -1;

    private final RecoveryPlan plan;
    private final MetadataView view;
    private final Map<Long, long[]> nexts = new HashMap<>();

    /** @param view the state after the registration: the node's streams no longer change */
    ReplayedStreams(RecoveryPlan plan, MetadataView view) {
        this.plan = plan;
        this.view = view;
    }

    /** Returns whether the record at {@code at} can be committed; updates the stream's end. */
    boolean isCommittable(ByteBuffer frame, int at) {
        StreamMetadata stream = view.stream(RecordFormat.streamId(frame, at));
        if (stream == null) {
            return true; // deleted: its commit drops it
        }
        long epoch = RecordFormat.streamEpoch(frame, at);
        long[] next = nexts.computeIfAbsent(stream.id(), id -> new long[] {stream.committedEnd()});
        boolean isCommittable = plan.isCommittable(stream, epoch, RecordFormat.baseOffset(frame, at), next[0]);
        if (!isCommittable) {
            next[0] = NOWHERE;
        } else if (epoch == stream.epoch()) {
            next[0] = RecordFormat.endOffset(frame, at);
        }
        return isCommittable;
    }
}
