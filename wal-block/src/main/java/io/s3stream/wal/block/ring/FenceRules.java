package io.s3stream.wal.block.ring;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The decisions that the fences stand on: of shared mode (rules R1 and R2), and of exclusive mode (rule R39).
 *
 * <p><b>Why it is exact.</b> A fencer sets the writer's cell, durably, before it reads the first frame. The writer reads its
 * cell again after a frame has become durable, and acknowledges the frame only if the cell was unset. So an acknowledged
 * frame was durable before the cell was read as unset, hence before it was set, hence before the fencer's scan. Cells are
 * never unset and never used twice: a write that was long under way can set one too often, but never make one unset. (R2)
 *
 * <p>A fenced writer may still be alive, and its writes may land at any time. They land in its own extent, which no other
 * generation gets before those writes are proven to have ended. (R1)
 *
 * <p><b>Exclusive mode.</b> A process loses its POSIX lock when it closes any descriptor of the file. So the lock alone proves
 * nothing: a taker also asks what became of the noted holder, and a writer also looks at its note, which is a fence cell with a
 * token for each attach. Only an attach writes a token, once, before it scans. (R39)
 *
 * <p>Not final, so that tests can leave a rule out and show what is lost. Stateless.
 */
public class FenceRules {

    /**
     * The cell of the device's n-th opening.
     *
     * @return -1 when there is none left
     */
    public long cellOf(long opening, long cells) {
        return opening < cells ? opening : -1;
    }

    /**
     * Whether a valid cell is a fence for this writer. It always is: a cell belongs to one writer only.
     *
     * @param namedNode the node in the cell
     * @param namedEpoch the generation in the cell
     */
    public boolean fences(int namedNode, long namedEpoch, int node, long walEpoch) {
        return true;
    }

    /** Writes a frame, then looks at the cell. The result is that of both. */
    public CompletableFuture<Void> writeThenCheck(
            Supplier<CompletableFuture<Void>> write, Supplier<CompletableFuture<Void>> check) {
        return write.get().thenCompose(written -> check.get());
    }

    /**
     * Whether an extent may get another generation.
     *
     * @param isReleased nobody needs what is in it
     * @param hasQuietWriter the I/O of its writer is proven to have ended
     */
    public boolean isFree(boolean isReleased, boolean hasQuietWriter) {
        return isReleased && hasQuietWriter;
    }

    /**
     * Whether a process that got the lock of an exclusive medium may take the medium from the noted holder.
     *
     * @param isVouched the operator says that nobody else can write to the medium
     */
    public boolean mayTake(HolderFate fate, boolean isVouched) {
        return switch (fate) {
            case QUIET, UNSEEN -> true;
            case UNPROVEN -> isVouched;
            case RUNNING -> false;
        };
    }

    /**
     * Whether the writer of an exclusive medium may issue or acknowledge a frame.
     *
     * @param isNoted whether the note on the medium is that of the writer's own attach
     */
    public boolean mayGoOn(boolean isNoted) {
        return isNoted;
    }

    /**
     * Whether a process may use an exclusive medium (R40).
     *
     * @param isOwner whether the medium names the store and node of that process
     */
    public boolean mayUse(boolean isOwner) {
        return isOwner;
    }
}
