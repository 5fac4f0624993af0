package io.s3stream.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.s3stream.layout.IndexDirectory;
import io.s3stream.layout.ObjectIndex;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Indexes of objects: small ones whole, large ones as a directory and the pages that somebody has read. Each is read once
 * however many ask at the same time. Thread-safe.
 */
public final class IndexCache {

    private static final int BYTES_PER_ENTRY = 112;

    private final Cache<Long, IndexTail> tails;
    private final Cache<PagesKey, ObjectIndex> pages;
    private final SingleFlight<Long, IndexTail> tailLoads;
    private final SingleFlight<PagesKey, ObjectIndex> pageLoads;

    private record PagesKey(long objectId, int first, int last) {}

    /** @param maxBytes of heap, estimated */
    public IndexCache(long maxBytes) {
        this.tails = Caffeine.newBuilder()
                .maximumWeight(maxBytes / 2)
                .weigher((Long id, IndexTail tail) -> tail.heapBytes())
                .executor(Runnable::run)
                .build();
        this.pages = Caffeine.newBuilder()
                .maximumWeight(maxBytes / 2)
                .weigher((PagesKey key, ObjectIndex index) -> heapBytes(index))
                .executor(Runnable::run)
                .build();
        this.tailLoads = new SingleFlight<>(tails);
        this.pageLoads = new SingleFlight<>(pages);
    }

    static int heapBytes(ObjectIndex index) {
        return index.entries().size() * BYTES_PER_ENTRY;
    }

    /** An index that has all blocks of a stream in an object, if it is there. */
    @Nullable
    public ObjectIndex getIfPresent(long objectId, long streamId) {
        IndexTail tail = tails.getIfPresent(objectId);
        if (tail == null || tail.directory() == null) {
            return tail == null ? null : tail.index();
        }
        return pages.getIfPresent(key(objectId, tail.directory().pagesOf(streamId)));
    }

    /** What the end of an object says, from {@code load} unless it is there or under way. */
    public CompletableFuture<IndexTail> tail(long objectId, Supplier<CompletableFuture<IndexTail>> load) {
        return tailLoads.get(objectId, load);
    }

    /** Pages of an object's index, from {@code load} unless they are there or under way. */
    public CompletableFuture<ObjectIndex> pages(
            long objectId, IndexDirectory.Pages wanted, Supplier<CompletableFuture<ObjectIndex>> load) {
        return pageLoads.get(key(objectId, wanted), load);
    }

    private static PagesKey key(long objectId, IndexDirectory.Pages pages) {
        return new PagesKey(objectId, pages.first(), pages.last());
    }
}
