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
 * Which generations are replayed, from where and how far, and which records: pure decisions of the opening [R3, R5, R6, R37]. Not final, so that
 * tests can break them on purpose.
 */
public class RecoveryPlan {

    /**
     * One generation to replay.
     *
     * @param after the last frame not to be replayed
     * @param clipAt the last sequence that counts, {@link Long#MAX_VALUE} if that is still open
     */
    public record Step(Generation generation, WalAnchor after, long clipAt) {}

    /** Every generation that may hold frames past the committed position, sealed or not, in order. */
    public List<Step> steps(NodeMetadata node) {
        List<Step> steps = new ArrayList<>();
        for (Generation generation : node.generations()) {
            if (isNeeded(generation, node.committed())) {
                steps.add(new Step(generation, anchor(generation, node.committed()), clipAt(generation)));
            }
        }
        return steps;
    }

    /** Whether a generation may hold frames past the committed position. */
    protected boolean isNeeded(Generation generation, CommittedPosition committed) {
        return generation.sealedEnd().isEmpty() || generation.sealedEnd().getAsLong() > committed.sequence();
    }

    /** The last sequence that counts: what lies past a sealed end was given up, whatever is on the medium. */
    protected long clipAt(Generation generation) {
        return generation.sealedEnd().orElse(Long.MAX_VALUE);
    }

    /** Where the fence begins: behind what is committed, because what is before may be trimmed, and nobody writes there [R3]. */
    public long fenceFrom(Step step) {
        return Math.max(step.after().sequence() + 1, step.generation().firstSequence());
    }

    /**
     * Whether a record can be committed, or its commit will drop it with an epoch that is over [R8, R17]. Otherwise it is kept, and
     * its stream quarantined [R37].
     *
     * @param stream as it is before anything replayed is committed
     * @param next the offset with which the stream goes on after the records before, or -1 if it does not
     */
    public boolean isCommittable(StreamMetadata stream, long streamEpoch, long baseOffset, long next) {
        boolean isOver = streamEpoch < stream.epoch() || (streamEpoch == stream.epoch() && !stream.isOpen());
        return isOver || (streamEpoch == stream.epoch() && baseOffset == next);
    }

    /** Whether the node's streams are closed with a part of what was replayed: with the last, which sets their ends [R15]. */
    public boolean closesStreams(boolean isLast) {
        return isLast;
    }

    /** Checks that a replay that ended at {@code lastSequence} is whole; answers the end to seal at. */
    public long settle(Step step, long lastSequence) {
        Generation generation = step.generation();
        if (generation.sealedEnd().isPresent()
                && lastSequence < generation.sealedEnd().getAsLong()) {
            throw new CorruptedDataException("wal=" + generation.descriptor().uri() + " walEpoch="
                    + generation.walEpoch() + ": replay ends at sequence " + lastSequence + ", but frames up to "
                    + generation.sealedEnd().getAsLong() + " were sealed as durable");
        }
        return lastSequence;
    }

    /** The last frame that is not replayed: that of the commit, or the one before the generation's first. */
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
