package io.s3stream.core.read;

import io.netty.buffer.ByteBuf;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.Permits;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings data blocks into memory: from the block cache, or by ranged reads in which adjacent blocks travel together. A
 * block is loaded once however many ask, verified before anybody sees it, and kept also when nobody wants it any more.
 * Bytes under way are bounded by permits. Thread-safe; completes on a thread of the storage.
 */
public final class BlockLoader {

    private static final long LONGEST_READ = 8L << 20;

    private final ObjectStorage storage;
    private final BlockCache cache;
    private final Permits permits;
    private final ConcurrentHashMap<BlockCache.Key, CompletableFuture<CachedBlock>> loading = new ConcurrentHashMap<>();

    public BlockLoader(ObjectStorage storage, BlockCache cache, Permits permits) {
        this.storage = storage;
        this.cache = cache;
        this.permits = permits;
    }

    /**
     * @param wanted blocks of one object, in order of position
     * @return the blocks in the same order, each with a reference for the caller
     */
    CompletableFuture<List<CachedBlock>> load(ObjectMetadata object, List<BlockEntry> wanted) {
        List<CompletableFuture<CachedBlock>> parts = request(object, wanted, true);
        CompletableFuture<List<CachedBlock>> all = new CompletableFuture<>();
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).whenComplete((nothing, error) -> {
            if (error == null) {
                all.complete(parts.stream().map(CompletableFuture::join).toList());
            } else {
                parts.stream()
                        .filter(part -> !part.isCompletedExceptionally())
                        .forEach(part -> part.join().release());
                all.completeExceptionally(error);
            }
        });
        return all;
    }

    /** Has blocks brought into the cache if there is memory to spare; nobody waits for it. */
    void prefetch(ObjectMetadata object, List<BlockEntry> wanted) {
        for (CompletableFuture<CachedBlock> part : request(object, wanted, false)) {
            part.whenComplete((block, error) -> {
                if (block != null) {
                    block.release();
                }
            });
        }
    }

    private List<CompletableFuture<CachedBlock>> request(
            ObjectMetadata object, List<BlockEntry> wanted, boolean needed) {
        List<CompletableFuture<CachedBlock>> parts = new ArrayList<>(wanted.size());
        List<Loading> mine = new ArrayList<>();
        for (BlockEntry entry : wanted) {
            BlockCache.Key key = new BlockCache.Key(object.id(), entry.position());
            CachedBlock present = cache.get(key);
            if (present != null) {
                parts.add(CompletableFuture.completedFuture(present));
                continue;
            }
            Loading load = new Loading(key, entry);
            CompletableFuture<CachedBlock> other = loading.putIfAbsent(key, load.shared);
            if (other == null) {
                mine.add(load);
            }
            parts.add(retained(other == null ? load.shared : other, object, entry, needed));
        }
        coalesce(mine).forEach(run -> read(object, run, needed));
        return parts;
    }

    /** A reference of the caller's own; if the block was gone before it could be taken, it is loaded again. */
    private CompletableFuture<CachedBlock> retained(
            CompletableFuture<CachedBlock> shared, ObjectMetadata object, BlockEntry entry, boolean needed) {
        return shared.thenCompose(block -> block.retainIfAlive()
                        ? CompletableFuture.completedFuture(block)
                        : request(object, List.of(entry), needed).get(0))
                .exceptionallyCompose(error -> needed && Failures.unwrap(error) instanceof PrefetchSkipped
                        ? request(object, List.of(entry), true).get(0)
                        : CompletableFuture.failedFuture(error));
    }

    private static List<List<Loading>> coalesce(List<Loading> loads) {
        List<List<Loading>> runs = new ArrayList<>();
        List<Loading> run = new ArrayList<>();
        long end = -1;
        for (Loading load : loads) {
            boolean adjacent = load.entry.position() == end
                    && end - run.get(0).entry.position() + load.entry.size() <= LONGEST_READ;
            if (!adjacent && !run.isEmpty()) {
                runs.add(run);
                run = new ArrayList<>();
            }
            run.add(load);
            end = load.entry.position() + load.entry.size();
        }
        if (!run.isEmpty()) {
            runs.add(run);
        }
        return runs;
    }

    private void read(ObjectMetadata object, List<Loading> run, boolean needed) {
        long from = run.get(0).entry.position();
        Loading last = run.get(run.size() - 1);
        long length = last.entry.position() + last.entry.size() - from;
        CompletableFuture<Long> admitted;
        if (needed) {
            admitted = permits.acquire(length);
        } else if (permits.tryAcquire(length)) {
            admitted = CompletableFuture.completedFuture(length);
        } else {
            fail(run, new PrefetchSkipped());
            return;
        }
        admitted.thenAccept(amount -> Failures.answerOf(() -> storage.get(object.key(), ByteRange.slice(from, length)))
                .whenComplete((content, error) -> {
                    permits.release(amount);
                    if (error != null) {
                        fail(run, error);
                    } else {
                        accept(object, run, content, length);
                    }
                }));
    }

    private void accept(ObjectMetadata object, List<Loading> run, Optional<ObjectContent> found, long length) {
        if (found.isEmpty()) {
            fail(run, new ObjectMissingException(object.key()));
            return;
        }
        try (ObjectContent content = found.get()) {
            ByteBuf data = content.data();
            if (data.readableBytes() != length) {
                throw new CorruptedDataException(
                        "object ends early: read " + data.readableBytes() + " of " + length + " bytes");
            }
            for (Loading load : run) {
                load.block(data, content.from());
            }
        } catch (CorruptedDataException e) {
            fail(run, new CorruptedDataException("object=" + object.key() + ": " + e.getMessage(), e));
        }
    }

    private void fail(List<Loading> run, Throwable error) {
        for (Loading load : run) {
            loading.remove(load.key, load.shared);
            load.shared.completeExceptionally(error);
        }
    }

    /** A block on its way, shared by all who want it. */
    private final class Loading {

        private final BlockCache.Key key;
        private final BlockEntry entry;
        private final CompletableFuture<CachedBlock> shared = new CompletableFuture<>();

        Loading(BlockCache.Key key, BlockEntry entry) {
            this.key = key;
            this.entry = entry;
        }

        void block(ByteBuf data, long from) {
            int at = data.readerIndex() + (int) (entry.position() - from);
            BlockFormat.verify(data.nioBuffer(at, entry.size()), 0, entry.size(), entry);
            CachedBlock block = new CachedBlock(entry, data.retainedSlice(at, entry.size()));
            cache.put(key, block);
            loading.remove(key, shared);
            shared.complete(block); // whoever waits takes a reference in here
            block.release();
        }
    }

    /** Not an error: there was no memory to read ahead with. */
    private static final class PrefetchSkipped extends RuntimeException {
        PrefetchSkipped() {
            super("no memory to read ahead", null, false, false);
        }
    }
}
