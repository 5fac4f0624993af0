package io.s3stream.core.verify;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the ranges that the metadata place in an object with the object's index. Pure. A range may begin or end
 * inside a block. Then the index cannot give its bytes and timestamp, and only limits are checked.
 */
final class RangeCheck {

    private final ObjectMetadata object;
    private final ObjectIndex index;
    private final List<Finding> findings = new ArrayList<>();

    private RangeCheck(ObjectMetadata object, ObjectIndex index) {
        this.object = object;
        this.index = index;
    }

    static List<Finding> check(ObjectMetadata object, ObjectIndex index, List<RangesByObject.Use> uses) {
        RangeCheck check = new RangeCheck(object, index);
        uses.forEach(use -> check.check(use.stream(), use.range()));
        return check.findings;
    }

    private void check(StreamMetadata stream, Range range) {
        ObjectIndex.Slice slice = index.slice(stream.id(), range.start(), range.end());
        List<BlockEntry> blocks = index.entries().subList(slice.from(), Math.max(slice.from(), slice.to()));
        long next = range.start();
        long epoch = 0;
        long reached = Long.MIN_VALUE;
        for (BlockEntry block : blocks) {
            if (block.baseOffset() > next) {
                add(
                        stream,
                        next,
                        block.position(),
                        range,
                        "no block has offsets [" + next + ", " + block.baseOffset() + ")");
            }
            if (block.streamEpoch() < epoch || block.streamEpoch() > stream.epoch()) {
                add(
                        stream,
                        block.baseOffset(),
                        block.position(),
                        range,
                        "stream epoch " + block.streamEpoch() + " after " + epoch + ", the stream is at "
                                + stream.epoch());
            }
            epoch = Math.max(epoch, block.streamEpoch());
            reached = Math.max(reached, block.maxTimestamp());
            next = block.endOffset();
        }
        if (next < range.end()) {
            add(stream, next, Finding.NONE, range, "no block has offsets [" + next + ", " + range.end() + ")");
        } else {
            boolean whole = blocks.get(0).baseOffset() == range.start() && next == range.end();
            long position = blocks.get(0).position();
            long bytes = index.recordBytes(slice);
            if (whole ? bytes != range.bytes() : bytes < range.bytes()) {
                add(
                        stream,
                        range.start(),
                        position,
                        range,
                        "its blocks have " + bytes + " bytes, the metadata says " + range.bytes());
            }
            if (whole ? reached != range.maxTimestamp() : reached < range.maxTimestamp()) {
                add(
                        stream,
                        range.start(),
                        position,
                        range,
                        "its blocks reach timestamp " + reached + ", the metadata says " + range.maxTimestamp());
            }
        }
    }

    private void add(StreamMetadata stream, long offset, long position, Range range, String what) {
        findings.add(new Finding(
                Kind.RANGE,
                object.key(),
                position,
                stream.id(),
                offset,
                "object=" + object.key() + " stream=" + stream.id() + " range=[" + range.start() + ", " + range.end()
                        + "): " + what));
    }
}
