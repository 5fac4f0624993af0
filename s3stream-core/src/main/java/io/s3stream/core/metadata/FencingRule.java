package io.s3stream.core.metadata;

import org.jspecify.annotations.Nullable;

/**
 * Who is a node: the process that registered it last, and nobody else, however alive. Pure. Not final, so that a test can
 * break it on purpose.
 */
public class FencingRule {

    /** Whether a batch comes from the process that is the node, or from one that becomes it. */
    protected boolean admits(@Nullable NodeSession present, Batch batch) {
        return present != null || batch.introducesSession();
    }

    /** The epoch of a node with a new process. */
    protected long nextEpoch(long epoch) {
        return Math.addExact(epoch, 1);
    }
}
