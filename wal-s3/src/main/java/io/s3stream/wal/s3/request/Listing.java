package io.s3stream.wal.s3.request;

import io.s3stream.spi.storage.ObjectSummary;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Lists the keys of a prefix, page by page. Called on the medium's serial context. */
public final class Listing {

    /** Most storages return at most 1000 keys. A storage that lists in no order reads all keys for every page. */
    static final int PAGE = 10_000;

    private final Requests requests;

    public Listing(Requests requests) {
        this.requests = requests;
    }

    /** Passes every object after {@code startAfter} to {@code each}, in order. */
    public CompletableFuture<Void> forEach(String prefix, String startAfter, Consumer<ObjectSummary> each) {
        return page(prefix, startAfter).thenCompose(objects -> {
            objects.forEach(each);
            return objects.isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : forEach(prefix, objects.get(objects.size() - 1).key(), each);
        });
    }

    /** Returns the next page, which is empty only at the end. */
    public CompletableFuture<List<ObjectSummary>> page(String prefix, String startAfter) {
        return requests.send("LIST " + prefix, storage -> storage.list(prefix, startAfter, PAGE));
    }
}
