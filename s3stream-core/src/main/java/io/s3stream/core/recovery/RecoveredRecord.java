package io.s3stream.core.recovery;

import io.s3stream.core.cache.CacheableRecord;
import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.memory.Slab;
import io.s3stream.layout.RecordFormat;

/** A record that was replayed from the WAL into a slab. */
record RecoveredRecord(StreamCache cache, Slab slab, int place, int encodedBytes) implements CacheableRecord {

    @Override
    public long streamId() {
        return RecordFormat.streamId(slab.memory(), place);
    }

    @Override
    public long streamEpoch() {
        return RecordFormat.streamEpoch(slab.memory(), place);
    }

    @Override
    public long baseOffset() {
        return RecordFormat.baseOffset(slab.memory(), place);
    }

    @Override
    public long endOffset() {
        return RecordFormat.endOffset(slab.memory(), place);
    }

    @Override
    public long maxTimestamp() {
        return RecordFormat.maxTimestamp(slab.memory(), place);
    }
}
