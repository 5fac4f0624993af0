package io.s3stream.core.recovery;

import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Copies replayed records into slabs, in sequence. Owns the slab being filled; for one thread. */
final class RecordSlabs {

    private final SlabPool slabs;
    private final StreamCache cache = new StreamCache(); // there are no readers during a recovery
    private @Nullable Slab slab;
    private int filled;

    RecordSlabs(SlabPool slabs) {
        this.slabs = slabs;
    }

    /** Returns the copy. A caller that needs it beyond the next call must retain its slab. */
    RecoveredRecord copy(ByteBuffer frame, int at, int bytes) {
        Slab target = slab;
        if (target == null || filled + bytes > target.capacity()) {
            release();
            target = slabs.allocate(bytes);
            slab = target;
            filled = 0;
        }
        target.memory().put(filled, frame, at, bytes);
        RecoveredRecord record = new RecoveredRecord(cache, target, filled, bytes);
        filled += bytes;
        return record;
    }

    void release() {
        if (slab != null) {
            slab.release();
            slab = null;
        }
    }
}
