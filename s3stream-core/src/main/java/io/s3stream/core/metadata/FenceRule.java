package io.s3stream.core.metadata;

/**
 * What a process that is not the node any more may still do: nothing. Its objects are orphans the moment another process
 * becomes the node, and are swept, so that a commit which names one would lose data [R22]. Without state of its own. Not
 * final, so that a test can break it on purpose.
 */
public class FenceRule {

    /** @param present the session of the node */
    protected boolean isOfPresentSession(NodeSession present, Batch batch) {
        return present.id().equals(batch.session());
    }

    /** The epoch of a node that another process has become. */
    protected long nextEpoch(long epoch) {
        return Math.addExact(epoch, 1);
    }

    /**
     * The floor after a node was removed: no node gets an epoch at or below it. Otherwise a new node under that id would give
     * its objects the keys of earlier ones.
     */
    protected long floor(long before, long removedEpoch) {
        return Math.max(before, removedEpoch);
    }

    /** @param present the node that the command names */
    protected boolean isOfPresentEpoch(NodeMetadata present, Command command) {
        return present.epoch() == command.nodeEpoch();
    }
}
