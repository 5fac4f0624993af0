package io.s3stream.core.metadata.codec;

import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import java.util.ArrayList;
import java.util.List;

/** Encodes compacted objects like uploaded ones, except that a range names the objects it replaces and no epoch. */
final class CompactionCodec {

    private static final int OBJECT_BYTES = 3;
    private static final int RANGE_BYTES = 6;

    private CompactionCodec() {}

    static void write(ByteWriter out, CompactedObject object) {
        out.string(object.key()).signed(object.size()).unsigned(object.ranges().size());
        long stream = 0;
        for (CompactedRange range : object.ranges()) {
            out.signed(range.streamId() - stream)
                    .signed(range.start())
                    .signed(range.end() - range.start())
                    .signed(range.bytes())
                    .signed(range.maxTimestamp());
            ResultCodec.writeIds(out, range.replaced());
            stream = range.streamId();
        }
    }

    static List<CompactedObject> readAll(ByteReader in) {
        int size = in.count(OBJECT_BYTES);
        List<CompactedObject> objects = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            objects.add(read(in));
        }
        return objects;
    }

    static CompactedObject read(ByteReader in) {
        String key = in.string();
        long size = in.signed();
        int count = in.count(RANGE_BYTES);
        List<CompactedRange> ranges = new ArrayList<>(count);
        long stream = 0;
        for (int i = 0; i < count; i++) {
            stream += in.signed();
            long start = in.signed();
            ranges.add(new CompactedRange(
                    stream, start, start + in.signed(), in.signed(), in.signed(), ResultCodec.readIds(in)));
        }
        return new CompactedObject(key, size, ranges);
    }
}
