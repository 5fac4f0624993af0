package io.s3stream.core.compact;

import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;

/**
 * Compares what was written of a run with what the state says there is [L5]. Without it nothing is committed. Not final, so
 * that tests can break it on purpose.
 */
public class CoverageProof {

    /** Numbers of one run: those that the state names, and those of the blocks that were written. */
    public record Numbers(long start, long end, long bytes, long maxTimestamp) {}

    /**
     * Whether the output covers the input.
     *
     * @param keepFrom records that end here or before were to be left out
     * @param batchesLost batches that were read, and neither left out nor written
     * @param isContiguous whether each block begins where the one before ends
     */
    protected boolean covers(Numbers named, Numbers written, long keepFrom, long batchesLost, boolean isContiguous) {
        if (batchesLost != 0 || !isContiguous || written.end() != named.end()) {
            return false;
        }
        if (keepFrom <= named.start()) {
            return written.equals(named);
        }
        return written.start() >= named.start()
                && written.start() <= keepFrom
                && written.bytes() <= named.bytes()
                && written.maxTimestamp() <= named.maxTimestamp();
    }

    final Numbers check(RunPlan plan, RunCopy.Copied copied) {
        Numbers named = new Numbers(plan.start(), plan.end(), plan.bytes(), plan.maxTimestamp());
        Numbers written = new Numbers(copied.start, copied.end, copied.bytesWritten, copied.maxTimestamp);
        long lost = copied.batchesRead - copied.batchesLeftOut - copied.batchesWritten;
        if (!covers(named, written, plan.keepFrom(), lost, copied.isContiguous)) {
            throw new StreamException(
                    Kind.CORRUPTED,
                    "stream=" + plan.streamId() + ": compacted to " + written
                            + (copied.isContiguous ? "" : " with holes")
                            + ", " + lost + " batches lost; the state names " + named + " from offset "
                            + plan.keepFrom()
                            + " on, in objects " + plan.replaced());
        }
        return written;
    }
}
