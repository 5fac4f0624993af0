package io.s3stream.core.read.blocks;

import io.netty.buffer.ByteBuf;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.ReadBuffer;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.storage.DamagedReads;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings data blocks into memory, from the block cache or by ranged reads. A read covers adjacent blocks. Concurrent
 * requests for a block share one load. A block is verified before use, and kept even if its requesters are gone: its
 * read is already paid for. Damage is reported when two consecutive reads agree on it. Thread-safe; completes on a
 * verifying thread.
 */
public final class BlockLoader {

    private static final Logger LOG = LoggerFactory.getLogger(BlockLoader.class);

    /**
     * The maximum size of a read: large enough to keep requests few, small enough for several to fit the read memory.
     */
    public static final long MAX_READ_BYTES = 8L << 20;
    /** Blocks are slightly larger than a power of two; eight of them must still fit one read. */
    private static final long MAX_RUN_BYTES = MAX_READ_BYTES + (MAX_READ_BYTES >> 3);

    /** A read ahead for several streams covers gaps up to this size: reading them costs less than another request. */
    public static final long MAX_GAP_BYTES = 64 << 10;

    /** The number of concurrent reads is bounded: each takes at least this fraction of the permits. */
    private static final int MAX_READS = 64;

    private final RangedGets gets;
    private final BlocksInMemory memory;
    private final Permits permits;
    private final IoExecutor verifier;
    private final ReadMetrics metrics;
    private final ConcurrentHashMap<BlockCache.Key, CompletableFuture<CachedBlock>> loading = new ConcurrentHashMap<>();

    /**
     * @param permits for the bytes of reads that callers wait for
     * @param verifier runs processor-bound work, so that the storage's threads stay free
     */
    public BlockLoader(
            RangedGets gets, BlocksInMemory memory, Permits permits, IoExecutor verifier, ReadMetrics metrics) {
        this.gets = gets;
        this.memory = memory;
        this.permits = permits;
        this.verifier = verifier;
        this.metrics = metrics;
    }

    /**
     * Loads blocks as soon as there are permits.
     *
     * @param wanted blocks of one object, in order of position
     * @return the blocks in the same order, each with a reference for the caller
     */
    public CompletableFuture<List<CachedBlock>> load(ObjectMetadata object, List<BlockEntry> wanted) {
        return together(object, request(object, wanted, false, 0));
    }

    /**
     * Loads blocks like {@link #load}, but at once: the caller has memory for {@link #missingBytes}. The cache keeps a
     * block only after a second request for it, or after {@link #keep}.
     *
     * @param wanted the blocks of each reader, in order of position. A single GET brings the blocks of several readers if
     *     these blocks are close to each other
     * @return the blocks of each reader; a failure of some blocks fails only the readers that want them
     */
    public List<CompletableFuture<List<CachedBlock>>> loadAhead(ObjectMetadata object, List<List<BlockEntry>> wanted) {
        List<BlockEntry> all = wanted.stream().flatMap(List::stream).toList();
        List<CompletableFuture<CachedBlock>> parts = request(object, all, true, wanted.size() > 1 ? MAX_GAP_BYTES : 0);
        List<CompletableFuture<List<CachedBlock>>> answers = new ArrayList<>(wanted.size());
        int from = 0;
        for (List<BlockEntry> ofReader : wanted) {
            answers.add(together(object, parts.subList(from, from + ofReader.size())));
            from += ofReader.size();
        }
        return answers;
    }

    /** Returns the bytes of these blocks that are neither in memory nor in flight. */
    public long missingBytes(ObjectMetadata object, List<BlockEntry> wanted) {
        long bytes = 0;
        for (BlockEntry entry : wanted) {
            BlockCache.Key key = key(object, entry);
            if (!loading.containsKey(key) && !memory.contains(key)) {
                bytes += entry.size();
            }
        }
        return bytes;
    }

    /** Offers a block that was {@linkplain #loadAhead read ahead} to the cache, because other readers may need it. */
    public void keep(ObjectMetadata object, CachedBlock block) {
        memory.keep(key(object, block.entry()), block);
    }

    /**
     * Copies blocks that the caller holds to buffers of their own. Later requests get the copies.
     *
     * @return each with a reference for the caller; null if there is no direct memory for all
     */
    public @Nullable List<CachedBlock> copies(ObjectMetadata object, List<CachedBlock> blocks) {
        List<CachedBlock> copies = new ArrayList<>(blocks.size());
        for (CachedBlock block : blocks) {
            CachedBlock copy = memory.copy(key(object, block.entry()), block);
            if (copy == null) {
                copies.forEach(CachedBlock::release);
                return null;
            }
            copies.add(copy);
        }
        return copies;
    }

    /** Drops a block from the cache, because no reader is expected to need it next. */
    public void evict(ObjectMetadata object, BlockEntry entry) {
        memory.evict(key(object, entry));
    }

    private static BlockCache.Key key(ObjectMetadata object, BlockEntry entry) {
        return new BlockCache.Key(object.id(), entry.position());
    }

    /**
     * Completes with all blocks or fails. After a failure the cache keeps the loaded blocks, whose reads are already
     * paid for.
     */
    private CompletableFuture<List<CachedBlock>> together(
            ObjectMetadata object, List<CompletableFuture<CachedBlock>> parts) {
        CompletableFuture<List<CachedBlock>> all = new CompletableFuture<>();
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).whenComplete((nothing, error) -> {
            if (error == null) {
                all.complete(parts.stream().map(CompletableFuture::join).toList());
            } else {
                parts.stream()
                        .filter(part -> !part.isCompletedExceptionally())
                        .map(CompletableFuture::join)
                        .forEach(block -> {
                            keep(object, block);
                            block.release();
                        });
                all.completeExceptionally(error);
            }
        });
        return all;
    }

    private List<CompletableFuture<CachedBlock>> request(
            ObjectMetadata object, List<BlockEntry> wanted, boolean ahead, long maxGap) {
        List<CompletableFuture<CachedBlock>> parts = new ArrayList<>(wanted.size());
        List<Loading> mine = new ArrayList<>();
        for (BlockEntry entry : wanted) {
            BlockCache.Key key = key(object, entry);
            CachedBlock present = memory.get(key);
            metrics.blockLookedUp(present != null);
            if (present != null) {
                parts.add(CompletableFuture.completedFuture(present));
                continue;
            }
            Loading load = new Loading(key, entry, !ahead);
            CompletableFuture<CachedBlock> other = loading.putIfAbsent(key, load.shared);
            if (other == null) {
                mine.add(load);
            }
            parts.add(retained(other == null ? load.shared : other, object, entry));
        }
        List<List<Loading>> runs = coalesce(mine, maxGap);
        metrics.coalesced(mine.size() - runs.size());
        runs.forEach(run -> metrics.joined(streams(run) - 1));
        runs.forEach(run -> admit(object, run, ahead));
        return parts;
    }

    /** Takes a reference for the caller. If the block was freed first, it is loaded again. */
    private CompletableFuture<CachedBlock> retained(
            CompletableFuture<CachedBlock> shared, ObjectMetadata object, BlockEntry entry) {
        return shared.thenCompose(block -> block.retainIfAlive()
                ? CompletableFuture.completedFuture(block)
                : request(object, List.of(entry), false, 0).get(0));
    }

    private static List<List<Loading>> coalesce(List<Loading> loads, long maxGap) {
        List<List<Loading>> runs = new ArrayList<>();
        List<Loading> run = new ArrayList<>();
        long end = -1;
        for (Loading load : loads) {
            boolean near = !run.isEmpty()
                    && load.entry.position() >= end
                    && load.entry.position() - end <= maxGap
                    && load.entry.position()
                                    + load.entry.size()
                                    - run.get(0).entry.position()
                            <= MAX_RUN_BYTES;
            if (!near && !run.isEmpty()) {
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

    private static long streams(List<Loading> run) {
        return run.stream().mapToLong(load -> load.entry.streamId()).distinct().count();
    }

    private void admit(ObjectMetadata object, List<Loading> run, boolean ahead) {
        if (ahead) {
            begin(object, run);
        } else {
            permits.acquire(Math.max(length(run), permits.total() / MAX_READS))
                    .thenAccept(amount -> begin(object, run).whenComplete((nothing, error) -> permits.release(amount)));
        }
    }

    private CompletableFuture<Void> begin(ObjectMetadata object, List<Loading> run) {
        try {
            return read(object, run, DamagedReads.NONE);
        } catch (RuntimeException | Error e) {
            run.forEach(load -> load.fail(e)); // otherwise all requesters of these blocks would wait forever
            throw e;
        }
    }

    /**
     * Completes when the bytes have been verified, or could not be read.
     *
     * @param before the reads of the run until now
     */
    private CompletableFuture<Void> read(ObjectMetadata object, List<Loading> run, DamagedReads before) {
        long from = run.get(0).entry.position();
        long bytes = length(run);
        metrics.requested(bytes);
        return gets.get(object.key(), new ByteRange.Slice(from, bytes))
                .whenComplete((content, error) -> metrics.arrived(bytes))
                .thenCompose(content -> verifier.submit("verify", () -> {
                            accept(object, run, content);
                            return null;
                        })
                        .whenComplete((nothing, error) -> content.ifPresent(ObjectContent::close)))
                .<CompletableFuture<Void>>handle((nothing, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(null);
                    }
                    Throwable cause = Failures.unwrap(error);
                    if (streams(run) > 1 && mayConcernOneStream(cause)) {
                        return readApart(object, stillLoading(run), cause);
                    }
                    if (cause instanceof DamagedReadException damage && before.isDoubtful(damage.fingerprint())) {
                        metrics.retried();
                        LOG.warn("read again: {}", cause.getMessage());
                        return read(object, stillLoading(run), before.with(damage.fingerprint()));
                    }
                    stillLoading(run).forEach(load -> load.fail(cause));
                    return CompletableFuture.completedFuture(null);
                })
                .thenCompose(done -> done);
    }

    /** Returns whether the reads of other streams may succeed after this failure. */
    private static boolean mayConcernOneStream(Throwable cause) {
        return !(cause instanceof ObjectMissingException
                || cause instanceof StoreBusyException
                || cause instanceof StoreClosedException);
    }

    /** Reads the blocks of each stream again with a GET of its own, after a GET for several streams failed. */
    private CompletableFuture<Void> readApart(ObjectMetadata object, List<Loading> run, Throwable cause) {
        metrics.retried();
        LOG.warn("read again, each stream apart: {}", cause.toString());
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= run.size(); to++) {
            if (to == run.size()
                    || run.get(to).entry.streamId() != run.get(from).entry.streamId()) {
                List<Loading> part = run.subList(from, to);
                // The first block left is the damaged one, so the damage is of the first part.
                DamagedReads before = from == 0 && cause instanceof DamagedReadException damage
                        ? DamagedReads.NONE.with(damage.fingerprint())
                        : DamagedReads.NONE;
                parts.add(read(object, part, before));
                from = to;
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    private void accept(ObjectMetadata object, List<Loading> run, Optional<ObjectContent> found) {
        if (found.isEmpty()) {
            throw new ObjectMissingException(object.key());
        }
        ObjectContent content = found.get();
        ByteBuf data = content.data();
        if (data.readableBytes() != length(run)) {
            throw new DamagedReadException(
                    "object=" + object.key() + " position=" + content.from() + ": read " + data.readableBytes() + " of "
                            + length(run) + " bytes",
                    null,
                    content.from(),
                    data.nioBuffer());
        }
        ReadBuffer buffer = new ReadBuffer(data.readableBytes());
        for (Loading load : run) {
            try {
                load.arrive(data, content.from(), buffer);
            } catch (CorruptedDataException e) {
                throw new DamagedReadException(
                        "object=" + object.key() + " position=" + load.entry.position() + ": " + e.getMessage(),
                        e,
                        load.entry.position(),
                        load.of(data, content.from()).nioBuffer());
            }
        }
    }

    /** Returns the part of the run from the first block that has not arrived. Blocks arrive in order. */
    private static List<Loading> stillLoading(List<Loading> run) {
        int arrived = 0;
        while (arrived < run.size() && run.get(arrived).shared.isDone()) {
            arrived++;
        }
        return run.subList(arrived, run.size());
    }

    private static long length(List<Loading> run) {
        BlockEntry last = run.get(run.size() - 1).entry;
        return last.position() + last.size() - run.get(0).entry.position();
    }

    /** A block in flight, shared by all its requesters. */
    private final class Loading {

        private final BlockCache.Key key;
        private final BlockEntry entry;
        private final boolean cached;
        private final CompletableFuture<CachedBlock> shared = new CompletableFuture<>();

        Loading(BlockCache.Key key, BlockEntry entry, boolean cached) {
            this.key = key;
            this.entry = entry;
            this.cached = cached;
        }

        void arrive(ByteBuf data, long from, ReadBuffer buffer) {
            int at = at(data, from);
            int[] places = BlockFormat.verify(data.nioBuffer(at, entry.size()), 0, entry.size(), entry);
            CachedBlock block = new CachedBlock(entry, data.retainedSlice(at, entry.size()), buffer, places);
            memory.add(key, block);
            if (cached) {
                memory.keep(key, block);
            }
            loading.remove(key, shared);
            shared.complete(block); // each requester takes its reference inside this call
            block.release();
        }

        /** Returns the bytes of the block within those of a read. */
        ByteBuf of(ByteBuf data, long from) {
            return data.slice(at(data, from), entry.size());
        }

        private int at(ByteBuf data, long from) {
            return data.readerIndex() + (int) (entry.position() - from);
        }

        void fail(Throwable error) {
            loading.remove(key, shared);
            shared.completeExceptionally(error);
        }
    }
}
