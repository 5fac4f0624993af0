package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Rules for objects that replace others. */
final class CompactionCommands {

    private final CompactionJudge judge;
    private final UploadCommands uploads;

    CompactionCommands(CompactionJudge judge, UploadCommands uploads) {
        this.judge = judge;
        this.uploads = uploads;
    }

    /** Replaces the ranges that are still as the compaction read them. Returns the streams with dead ranges. */
    Accepted commit(EntityStore store, Command.CommitCompaction command) {
        Set<Long> dead = new TreeSet<>();
        for (CompactedObject object : command.objects()) {
            check(object);
            long id = Math.addExact(store.lastObjectId(), 1);
            store.lastObjectId(id);
            int liveRanges = 0;
            long liveBytes = 0;
            for (CompactedRange range : object.ranges()) {
                if (takeRange(store, id, object.key(), range)) {
                    liveRanges++;
                    liveBytes += range.bytes();
                } else {
                    dead.add(range.streamId());
                }
            }
            store.putObject(new ObjectMetadata(id, object.key(), object.size(), liveRanges, liveBytes));
        }
        return new Accepted(0, List.copyOf(dead));
    }

    private boolean takeRange(EntityStore store, long objectId, String key, CompactedRange range) {
        StreamMetadata stream = store.stream(range.streamId());
        CompactionJudge.Verdict verdict = judge.judge(stream, range);
        if (verdict instanceof CompactionJudge.Uncovered uncovered) {
            throw new Refusal(
                    Kind.INTERNAL,
                    "stream=" + range.streamId() + " offset=" + range.start() + " object=" + key
                            + ": compacted range to " + range.end() + " " + uncovered.why());
        }
        if (stream == null || !(verdict instanceof CompactionJudge.Taken taken)) {
            return false;
        }
        RangeList ranges = stream.ranges();
        uploads.release(store, ranges, taken.first(), taken.end());
        store.putStream(stream.compacted(ranges.replace(
                taken.first(),
                taken.end(),
                new RangeList.Range(range.start(), range.end(), objectId, range.bytes(), range.maxTimestamp()))));
        return true;
    }

    private static void check(CompactedObject object) {
        long bytes = 0;
        for (CompactedRange range : object.ranges()) {
            if (range.start() < 0
                    || range.end() <= range.start()
                    || range.bytes() < 0
                    || range.replaced().isEmpty()) {
                throw Refusal.invalid("stream=" + range.streamId() + " object=" + object.key() + ": compacted range ["
                        + range.start() + "," + range.end() + ") of " + range.bytes() + " bytes replaces "
                        + range.replaced().size() + " ranges");
            }
            bytes = Math.addExact(bytes, range.bytes());
        }
        if (object.size() < bytes) {
            throw Refusal.invalid("object=" + object.key() + ": " + object.size() + " bytes, its ranges " + bytes);
        }
    }
}
