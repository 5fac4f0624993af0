package io.s3stream.kafka.catalogue;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.StreamInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Reads all streams whose names have a prefix, page after page, in the order of their ids. Stateless. */
public final class StreamPages {

    private StreamPages() {}

    /** Calls {@code consumer} with each stream of a snapshot. */
    public static void forEach(MetadataSnapshot snapshot, String prefix, Consumer<StreamInfo> consumer) {
        long after = 0;
        List<StreamInfo> page;
        do {
            page = snapshot.streams(prefix, after, StreamStore.MAX_LIST);
            page.forEach(consumer);
            after = page.isEmpty() ? 0 : page.get(page.size() - 1).id();
        } while (page.size() == StreamStore.MAX_LIST);
    }

    /** Lists the streams of the newest metadata. All are of one moment. Fails as the store's methods do. */
    public static CompletableFuture<List<StreamInfo>> list(StreamStore store, String prefix) {
        return store.snapshot().thenApply(snapshot -> {
            List<StreamInfo> all = new ArrayList<>();
            forEach(snapshot, prefix, all::add);
            return all;
        });
    }
}
