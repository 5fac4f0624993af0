package io.s3stream.wal.block.ring;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The decisions that keep the fences safe: in shared mode (rules R1 and R2), and in exclusive mode (rule R39).
 *
 * <p><b>Why the fence is exact.</b> A fencer sets the writer's cell, durably, before it reads the first frame. The
 * writer reads its cell again after a frame has become durable, and acknowledges the frame only if the cell was unset.
 * So an acknowledged frame was durable before the cell was read as unset, hence before it was set, hence before the
 * fencer's scan. No process makes a cell unset, and no cell is used twice. A delayed write can set a cell again, but
 * never make it unset. (R2)
 *
 * <p>A fenced writer may still run, and its writes may land at any time. They land in its own extent. No other
 * generation gets that extent before these writes are proven to have ended. (R1)
 *
 * <p><b>Exclusive mode.</b> A process loses its POSIX lock when it closes any descriptor of the file. So the lock alone
 * proves nothing. A taker also checks the fate of the noted holder. A writer also checks its note, which is a fence
 * cell with a token for each attach. Only an attach writes a token, once, before it scans. (R39)
 *
 * <p>Not final, so that tests can break a rule and show which data is lost. Stateless.
 */
public class FenceRules {

    /**
     * Returns the cell of the device's n-th opening.
     *
     * @return -1 if no cell is left
     */
    public long cellOf(long opening, long cells) {
        return opening < cells ? opening : -1;
    }

    /**
     * Returns whether a valid cell fences this writer. It always does: a cell belongs to one writer only.
     *
     * @param namedNode the node in the cell
     * @param namedEpoch the generation in the cell
     */
    public boolean fences(int namedNode, long namedEpoch, int node, long walEpoch) {
        return true;
    }

    /** Writes a frame, then checks the cell. The future fails if either fails. */
    public CompletableFuture<Void> writeThenCheck(
            Supplier<CompletableFuture<Void>> write, Supplier<CompletableFuture<Void>> check) {
        return write.get().thenCompose(written -> check.get());
    }

    /**
     * Returns whether another generation may get an extent.
     *
     * @param isReleased whether the extent's content is no longer needed
     * @param hasQuietWriter whether the I/O of its writer is proven to have ended
     */
    public boolean isFree(boolean isReleased, boolean hasQuietWriter) {
        return isReleased && hasQuietWriter;
    }

    /**
     * Returns whether a process that holds the lock of an exclusive medium may take the medium from the noted holder.
     *
     * @param isVouched whether the operator vouches that no other process can write to the medium
     */
    public boolean mayTake(HolderFate fate, boolean isVouched) {
        return switch (fate) {
            case QUIET, UNSEEN -> true;
            case UNPROVEN -> isVouched;
            case RUNNING -> false;
        };
    }

    /**
     * Returns whether the writer of an exclusive medium may issue or acknowledge a frame.
     *
     * @param isNoted whether the note on the medium is that of the writer's own attach
     */
    public boolean mayGoOn(boolean isNoted) {
        return isNoted;
    }

    /**
     * Returns whether a process may use an exclusive medium (R40).
     *
     * @param isOwner whether the medium names the store and node of that process
     */
    public boolean mayUse(boolean isOwner) {
        return isOwner;
    }
}
