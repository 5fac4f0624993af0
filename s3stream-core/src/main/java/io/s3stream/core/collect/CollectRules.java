package io.s3stream.core.collect;

/** When a retired object goes, and in which order its parts go. Not final, so that tests can break it on purpose. */
public class CollectRules {

    /** How many graces a node leaves the objects of others to those. */
    private static final int PATIENCE = 3;

    /**
     * Whether a retired object may be deleted. A node deletes what it has written itself; what others have written only
     * when it is still there long after, so that several living nodes do not delete the same.
     *
     * @param waitedNanos since this process first saw it retired
     * @param isOwn whether the key has this node's id
     */
    public boolean mayDelete(long waitedNanos, long graceNanos, boolean isOwn) {
        return waitedNanos / (isOwn ? 1 : PATIENCE) >= graceNanos;
    }

    /**
     * Whether the metadata forgets an object before it is deleted. It must not: a crash in between would leave an object
     * that only a sweep finds. The other way round the next process deletes again what is gone, which does no harm.
     */
    public boolean forgetsFirst() {
        return false;
    }
}
