package io.s3stream.core.collect;

import io.s3stream.core.metadata.ObjectMetadata;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

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
     * Deletes objects, and then removes the deleted ones from the metadata. In the other order a crash in between would
     * leave objects that only a sweep finds. In this order a later process may delete an object a second time, which does
     * no harm.
     *
     * @param delete deletes objects from the storage, and returns the deleted ones
     * @param forget removes objects from the metadata
     */
    public CompletableFuture<Void> remove(
            List<ObjectMetadata> objects,
            Function<List<ObjectMetadata>, CompletableFuture<List<ObjectMetadata>>> delete,
            Function<List<ObjectMetadata>, CompletableFuture<Void>> forget) {
        return delete.apply(objects).thenCompose(forget);
    }
}
