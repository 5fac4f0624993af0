package io.s3stream.core.recovery;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.layout.FrameFormat;
import io.s3stream.spi.wal.WalAnchor;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which generations an opening replays, from where to where, and which records [R3, R5, R6, R37]. Pure. Not
 * final, so that tests can break it on purpose.
 */
public class RecoveryPlan {

    /**
     * A generation to replay.
     *
     * @param after the last frame not to be replayed
     * @param clipAt the last valid sequence, {@link Long#MAX_VALUE} before the generation is sealed
     */
    public record Step(Generation generation, WalAnchor after, long clipAt) {}

    /** Returns, in order, every generation that may hold frames past the committed position, sealed or not. */
    public List<Step> steps(NodeMetadata node) {
        List<Step> steps = new ArrayList<>();
        for (Generation generation : node.generations()) {
            if (isNeeded(generation, node.committed())) {
                steps.add(new Step(generation, anchor(generation, node.committed()), clipAt(generation)));
            }
        }
        return steps;
    }

    /** Returns whether a generation may hold frames past the committed position. */
    protected boolean isNeeded(Generation generation, CommittedPosition committed) {
        return generation.sealedEnd().isEmpty() || generation.sealedEnd().getAsLong() > committed.sequence();
    }

    /** Returns the last valid sequence. Frames past a sealed end were abandoned, even if the medium still has them. */
    protected long clipAt(Generation generation) {
        return generation.sealedEnd().orElse(Long.MAX_VALUE);
    }

    /**
     * Returns the first sequence to fence. Earlier frames are committed and may be trimmed, and no process writes there
     * [R3].
     */
    public long fenceFrom(Step step) {
        return Math.max(step.after().sequence() + 1, step.generation().firstSequence());
    }

    /**
     * Returns whether a record can be committed. A record of an ended epoch counts as committable: its commit drops it
     * [R8, R17]. Any other record is kept, and its stream quarantined [R37].
     *
     * @param stream its state before any replayed record is committed
     * @param next the offset that continues the stream after the earlier records, or -1 if the stream does not continue
     */
    public boolean isCommittable(StreamMetadata stream, long streamEpoch, long baseOffset, long next) {
        boolean isOver = streamEpoch < stream.epoch() || (streamEpoch == stream.epoch() && !stream.isOpen());
        return isOver || (streamEpoch == stream.epoch() && baseOffset == next);
    }

    /**
     * Returns whether committing this part closes the node's streams: only the last part does, because it sets their
     * ends [R15].
     */
    public boolean closesStreams(boolean isLast) {
        return isLast;
    }

    /** Checks that a replay that ended at {@code lastSequence} is complete. Returns the end to seal at. */
    public long settle(Step step, long lastSequence) {
        Generation generation = step.generation();
        if (generation.sealedEnd().isPresent()
                && lastSequence < generation.sealedEnd().getAsLong()) {
            throw new CorruptedDataException("wal="
                    + generation.descriptor().shownUri() + " walEpoch="
                    + generation.walEpoch() + ": replay ends at sequence " + lastSequence + ", but frames up to "
                    + generation.sealedEnd().getAsLong() + " were sealed as durable");
        }
        return lastSequence;
    }

    /** Returns the last frame before the replay: the last committed one, or the one before the generation's first. */
    protected WalAnchor anchor(Generation generation, CommittedPosition committed) {
        if (committed.walEpoch() == generation.walEpoch()) {
            return committed.anchor();
        }
        return new WalAnchor(
                generation.firstSequence() - 1,
                0,
                FrameFormat.initialChain(generation.descriptor().nonce()));
    }
}
