package io.s3stream.core.read.ahead;

import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.layout.BlockEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The actions that {@link ReadAhead} decides on under its lock and performs after it has released the lock: requests to
 * send, memory to release.
 */
final class DeferredActions {

    /** Chunks of one object each, which one GET brings. */
    final List<List<HeldChunk>> toLoad = new ArrayList<>();
    /** Read chunks that no other reader is likely to need. */
    final List<HeldChunk> used = new ArrayList<>();

    final List<HeldChunk> usedAndExpected = new ArrayList<>();
    final List<HeldChunk> unused = new ArrayList<>();
    final List<ChunkMove> toMove = new ArrayList<>();
    final Set<ObjectMetadata> toIndex = new LinkedHashSet<>();

    /** The stream of the one reader being planned for. */
    long indexedFor;

    @Nullable
    Cursor planner;

    /** The object whose index the planner waits for. */
    @Nullable
    ObjectMetadata awaited;

    /** Releases chunks that were removed from their readers. The cache keeps the blocks that may be needed again. */
    void releaseChunks(BlockLoader loader, ReadMetrics metrics) {
        for (HeldChunk held : used) {
            metrics.readAheadUsed(held.chunk.bytes());
            for (BlockEntry block : held.chunk.blocks()) {
                loader.evict(held.chunk.object(), block);
            }
            held.release();
        }
        for (HeldChunk held : usedAndExpected) {
            metrics.readAheadUsed(held.chunk.bytes());
            held.keep(loader);
        }
        for (HeldChunk held : unused) {
            metrics.readAheadWasted(held.chunk.bytes());
            held.keep(loader); // its read is already paid for
        }
    }
}
