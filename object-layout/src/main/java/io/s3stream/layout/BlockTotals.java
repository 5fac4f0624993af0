package io.s3stream.layout;

import java.util.List;

/** Running sums and maxima over the blocks of an index. They answer a question about positions without a scan. */
final class BlockTotals {

    private final long[] bytesBefore;
    private final long[] reached; // greatest timestamp of the stream's blocks up to and including this one

    BlockTotals(List<BlockEntry> entries) {
        bytesBefore = new long[entries.size() + 1];
        reached = new long[entries.size()];
        BlockEntry before = null;
        for (int i = 0; i < reached.length; i++) {
            BlockEntry entry = entries.get(i);
            boolean same = before != null && before.streamId() == entry.streamId();
            bytesBefore[i + 1] = bytesBefore[i] + entry.size() - BlockFormat.HEADER_BYTES;
            reached[i] = same ? Math.max(reached[i - 1], entry.maxTimestamp()) : entry.maxTimestamp();
            before = entry;
        }
    }

    long recordBytes(int from, int to) {
        return bytesBefore[to] - bytesBefore[from];
    }

    /** Returns whether the block at {@code index}, or an earlier block of its stream, has at least this timestamp. */
    boolean isReachedAt(int index, long timestamp) {
        return reached[index] >= timestamp;
    }
}
