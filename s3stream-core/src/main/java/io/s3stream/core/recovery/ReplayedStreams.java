package io.s3stream.core.recovery;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** How far each stream was replayed, so that a record that does not continue its stream is found. For one thread. */
final class ReplayedStreams {

    /** The stream does not go on: a record before was kept. */
    private static final long NOWHERE = -1;

    private final RecoveryPlan plan;
    private final MetadataView view;
    private final Map<Long, long[]> nexts = new HashMap<>();

    /** @param view of after the registration: the node's streams change no more */
    ReplayedStreams(RecoveryPlan plan, MetadataView view) {
        this.plan = plan;
        this.view = view;
    }

    /** Whether the record at {@code at} can be committed; follows its stream. */
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
