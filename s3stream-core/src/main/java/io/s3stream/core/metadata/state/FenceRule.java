package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.NodeMetadata;

/**
 * Refuses every command of a process that has lost its node. The objects of that process become orphans and are swept
 * as soon as another process becomes the node. A commit that named them would lose data [R22]. Stateless. Not final, so
 * that a test can break it on purpose.
 */
public class FenceRule {

    /** @param present the current session of the node */
    protected boolean isOfPresentSession(NodeSession present, Batch batch) {
        return present.id().equals(batch.session());
    }

    /**
     * Returns whether a process may register the node. A condition on the epoch is judged here, in the commit: so a
     * process that has become the node after a suspicion is not fenced because of that suspicion [R46].
     *
     * @param present the epoch of the node; 0 if there is no such node
     */
    protected boolean mayRegister(long present, Command.RegisterNode command) {
        return command.ifEpoch() == 0 || command.ifEpoch() == present;
    }

    /** Returns the epoch of the node after another process has registered it. */
    protected long nextEpoch(long epoch) {
        return Math.addExact(epoch, 1);
    }

    /**
     * Returns the floor of node epochs after the removal of a node: no node gets an epoch at or below it. Otherwise a new
     * node under that id would give its objects the keys of earlier ones.
     */
    protected long floor(long before, long removedEpoch) {
        return Math.max(before, removedEpoch);
    }

    /** @param present the node that the command names */
    protected boolean isOfPresentEpoch(NodeMetadata present, Command command) {
        return present.epoch() == command.nodeEpoch();
    }
}
