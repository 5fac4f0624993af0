package io.s3stream.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.s3stream.layout.IndexDirectory;
import io.s3stream.layout.ObjectIndex;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches indexes of objects: a small index whole, a large one as its directory and the pages read so far. Concurrent
 * requests for the same index share one read. Thread-safe.
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

    /** Returns an index with all blocks of a stream in an object if it is cached, or null. */
    @Nullable
    public ObjectIndex getIfPresent(long objectId, long streamId) {
        IndexTail tail = tails.getIfPresent(objectId);
        if (tail == null || tail.directory() == null) {
            return tail == null ? null : tail.index();
        }
        return pages.getIfPresent(key(objectId, tail.directory().pagesOf(streamId)));
    }

    /** Returns the index or directory at the end of an object. Calls {@code load} unless it is cached or loading. */
    public CompletableFuture<IndexTail> tail(long objectId, Supplier<CompletableFuture<IndexTail>> load) {
        return tailLoads.get(objectId, load);
    }

    /** Returns pages of an object's index. Calls {@code load} unless they are cached or loading. */
    public CompletableFuture<ObjectIndex> pages(
            long objectId, IndexDirectory.Pages wanted, Supplier<CompletableFuture<ObjectIndex>> load) {
        return pageLoads.get(key(objectId, wanted), load);
    }

    private static PagesKey key(long objectId, IndexDirectory.Pages pages) {
        return new PagesKey(objectId, pages.first(), pages.last());
    }
}
