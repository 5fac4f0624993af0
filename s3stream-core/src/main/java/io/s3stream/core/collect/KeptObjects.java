package io.s3stream.core.collect;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.tools.KeptObject;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Lists the objects from before a rebuild that the metadata do not name [R42]. The list is exact: all node epochs after
 * a rebuild are greater, so no commit can name such an object. For one listing, on one serial context.
 */
public final class KeptObjects {

    private static final int PAGE = 1000;

    private final ObjectStorage storage;
    private final SerialContext context;
    private final RebuildMark mark;
    private final KnownObjects known;
    private final List<KeptObject> found = new ArrayList<>();

    private KeptObjects(ObjectStorage storage, SerialContext context, MetadataView view) {
        this.storage = storage;
        this.context = context;
        this.mark = view.rebuildMark();
        this.known = KnownObjects.of(view);
    }

    /** Completes on the context. Makes no request if the metadata were never rebuilt. */
    public static CompletableFuture<List<KeptObject>> list(
            ObjectStorage storage, SerialContext context, MetadataView view) {
        if (view.rebuildMark().equals(RebuildMark.NONE)) {
            return CompletableFuture.completedFuture(List.of());
        }
        KeptObjects kept = new KeptObjects(storage, context, view);
        return kept.page("").thenApply(nothing -> List.copyOf(kept.found));
    }

    private CompletableFuture<Void> page(String after) {
        return Failures.answerOf(() -> storage.list(ObjectKeys.DATA_PREFIX, after, PAGE))
                .thenComposeAsync(
                        page -> {
                            page.forEach(this::look);
                            return page.isEmpty()
                                    ? CompletableFuture.completedFuture(null)
                                    : page(page.get(page.size() - 1).key());
                        },
                        context);
    }

    private void look(ObjectSummary object) {
        try {
            ObjectKeys.DataKey key = ObjectKeys.parse(object.key());
            if (mark.covers(key) && !known.contains(object.key(), key)) {
                found.add(new KeptObject(object.key(), object.size()));
            }
        } catch (CorruptedDataException foreign) {
            return; // not written by a store, and no sweep deletes it
        }
    }
}
