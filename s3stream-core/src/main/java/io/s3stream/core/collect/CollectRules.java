package io.s3stream.core.collect;

/** Decides when a retired object is deleted, and in which order. Not final, so that tests can break it on purpose. */
public class CollectRules {

    /** A node waits this many grace periods before it deletes objects of other nodes. */
    private static final int GRACES_FOR_OTHERS = 3;

    /**
     * Returns whether a retired object may be deleted. A node deletes the objects that it wrote. It deletes objects of
     * other nodes only much later, so that several running nodes do not delete the same objects.
     *
     * @param waitedNanos time since this process first saw the object retired
     * @param isOwn whether the key has this node's id
     */
    public boolean mayDelete(long waitedNanos, long graceNanos, boolean isOwn) {
        return waitedNanos / (isOwn ? 1 : GRACES_FOR_OTHERS) >= graceNanos;
    }

    /**
     * Returns whether the metadata forget an object before it is deleted. They must not: a crash in between would leave
     * an object that only a sweep finds. With the correct order, a later process may delete the object a second time,
     * which does no harm.
     */
    public boolean forgetsFirst() {
        return false;
    }
}
