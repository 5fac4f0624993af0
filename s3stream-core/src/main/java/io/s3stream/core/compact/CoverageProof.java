package io.s3stream.core.compact;

import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;

/**
 * Compares the output of a run with the ranges that the state names [L5]. Without this proof nothing is committed. Not
 * final, so that tests can break it on purpose.
 */
public class CoverageProof {

    /** The numbers of one run: those of its ranges in the state, or those of the written blocks. */
    public record Numbers(long start, long end, long bytes, long maxTimestamp) {}

    /**
     * Returns whether the output covers the input.
     *
     * @param keepFrom records that end here or earlier were to be left out
     * @param batchesLost batches that were read, but neither left out nor written
     * @param isContiguous whether each block begins where the previous one ends
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

    /**
     * Checks a run. Throws if the output does not cover it.
     *
     * @param bytes of the records that were written, as they were in the input
     */
    final Numbers check(RunPlan plan, RunCopy.Copied copied, long bytes) {
        Numbers named = new Numbers(plan.start(), plan.end(), plan.bytes(), plan.maxTimestamp());
        Numbers written = new Numbers(copied.start, copied.end, bytes, copied.maxTimestamp);
        long lost = copied.batchesRead - copied.batchesLeftOut - copied.batchesWritten;
        if (!covers(named, written, plan.keepFrom(), lost, copied.isContiguous)) {
            throw new StreamException(
                    Kind.CORRUPTED,
                    "stream=" + plan.streamId() + ": compaction wrote " + written
                            + (copied.isContiguous ? "" : " with holes")
                            + ", " + lost + " batches lost; the metadata name " + named + " from offset "
                            + plan.keepFrom()
                            + " on, in objects " + plan.replaced());
        }
        return written;
    }
}
