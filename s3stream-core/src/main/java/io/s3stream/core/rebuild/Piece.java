package io.s3stream.core.rebuild;

import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run of adjacent blocks of an object: one stream, one epoch, one number of rewrites, contiguous offsets {@code [start,
 * end)}.
 *
 * @param object the index of the object in the listing
 * @param bytes of the records
 * @param maxTimestamp the greatest of the records
 * @param rewrites how many times the records were rewritten
 */
record Piece(int object, long epoch, long start, long end, long bytes, long maxTimestamp, int rewrites) {

    /** Records as they were appended. */
    Piece(int object, long epoch, long start, long end, long bytes, long maxTimestamp) {
        this(object, epoch, start, end, bytes, maxTimestamp, 0);
    }

    /** Returns the pieces in an object, by stream. */
    static Map<Long, List<Piece>> in(int object, ObjectIndex index) {
        Map<Long, List<Piece>> pieces = new TreeMap<>();
        for (BlockEntry entry : index.entries()) {
            List<Piece> ofStream = pieces.computeIfAbsent(entry.streamId(), id -> new ArrayList<>());
            Piece last = ofStream.isEmpty() ? null : ofStream.get(ofStream.size() - 1);
            long bytes = entry.size() - (long) BlockFormat.HEADER_BYTES;
            boolean continues = last != null
                    && last.end == entry.baseOffset()
                    && last.epoch == entry.streamEpoch()
                    && last.rewrites == entry.rewrites();
            if (last != null && continues) {
                ofStream.set(
                        ofStream.size() - 1,
                        new Piece(
                                object,
                                last.epoch,
                                last.start,
                                entry.endOffset(),
                                last.bytes + bytes,
                                Math.max(last.maxTimestamp, entry.maxTimestamp()),
                                last.rewrites));
            } else {
                ofStream.add(new Piece(
                        object,
                        entry.streamEpoch(),
                        entry.baseOffset(),
                        entry.endOffset(),
                        bytes,
                        entry.maxTimestamp(),
                        entry.rewrites()));
            }
        }
        return pieces;
    }
}
