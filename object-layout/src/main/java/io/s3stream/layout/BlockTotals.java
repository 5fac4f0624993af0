package io.s3stream.layout;

import java.util.List;

/** Running sums and maxima over the blocks of an index, so that a question about positions need not look at each. */
final class BlockTotals {

    private final long[] bytesBefore;
    private final long[] reached; // by the stream's blocks up to and with this one

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

    /** Whether a block of the stream before {@code index}, or it itself, has a timestamp of at least this. */
    boolean isReachedAt(int index, long timestamp) {
        return reached[index] >= timestamp;
    }
}
