package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides, per stream, whether a compacted range may replace the ranges it was made from [R17]. Pure. Not final, so
 * that a test can break it on purpose.
 */
public class CompactionJudge {

    /** The decision about a compacted range. */
    public sealed interface Verdict {}

    /** The stream is deleted or its ranges have changed: dead bytes. */
    public record Dead() implements Verdict {}

    /** The range replaces the stream's ranges {@code [first, end)}. */
    public record Taken(int first, int end) implements Verdict {}

    /**
     * The range replaces the right ranges but its content differs from theirs: the whole command must be refused [L5].
     */
    public record Uncovered(String why) implements Verdict {}

    private static final Verdict DEAD = new Dead();

    /** @param stream as it is after all earlier ranges, or null if it does not exist */
    protected Verdict judge(@Nullable StreamMetadata stream, CompactedRange range) {
        if (stream == null) {
            return DEAD;
        }
        RangeList ranges = stream.ranges();
        int end = ranges.indexOf(range.end() - 1) + 1;
        if (end == 0 || ranges.get(end - 1).end() != range.end()) {
            return DEAD;
        }
        List<Long> replaced = range.replaced();
        int first = end;
        int missing = replaced.size();
        while (missing > 0 && first > 0 && ranges.get(first - 1).objectId() == replaced.get(missing - 1)) {
            first--;
            missing--;
        }
        if (missing > 0) {
            // The remaining ranges are a suffix if the others were trimmed since. Then no range precedes them.
            boolean trimmed = first == 0 && range.start() < ranges.get(0).start();
            return trimmed ? new Taken(first, end) : DEAD;
        }
        long start = ranges.get(first).start();
        if (range.start() == start) {
            return covers(range, ranges, first, end);
        }
        boolean begunInTrimmed = first == 0 && range.start() > start && range.start() <= stream.startOffset();
        return begunInTrimmed ? new Taken(first, end) : new Uncovered("begins at " + range.start() + ", not " + start);
    }

    /**
     * Decides whether a node may rewrite a stream now. A filter decides by later records of the stream. While the stream is
     * open only its owner knows them, and a former owner may know some that were lost [R47].
     */
    protected boolean mayRewrite(StreamMetadata stream, Command.CommitRewrite command) {
        return !CompactionCommands.isOpenElsewhere(stream, command) && stream.epoch() == command.streamEpoch();
    }

    /**
     * Judges a range whose payloads a rewriting has made smaller. The bytes that it has read prove that it has read the
     * ranges which it replaces.
     *
     * @param stream as it is now
     * @param bytesRead of the records that the range stands for
     */
    protected Verdict judgeRewritten(StreamMetadata stream, CompactedRange range, long bytesRead) {
        if (range.bytes() > bytesRead) {
            return new Uncovered("has " + range.bytes() + " bytes, more than the " + bytesRead + " that were read");
        }
        return judge(
                stream,
                new CompactedRange(
                        range.streamId(),
                        range.start(),
                        range.end(),
                        bytesRead,
                        range.maxTimestamp(),
                        range.replaced()));
    }

    private static Verdict covers(CompactedRange range, RangeList ranges, int first, int end) {
        if (range.bytes() != ranges.bytes(first, end)) {
            return new Uncovered("has " + range.bytes() + " bytes, not " + ranges.bytes(first, end));
        }
        long reached = Long.MIN_VALUE;
        for (int i = first; i < end; i++) {
            reached = Math.max(reached, ranges.get(i).maxTimestamp());
        }
        return range.maxTimestamp() == reached
                ? new Taken(first, end)
                : new Uncovered("reaches timestamp " + range.maxTimestamp() + ", not " + reached);
    }
}
