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
import java.util.function.Function;

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
            take(store, object, dead, range -> judge.judge(store.stream(range.streamId()), range));
        }
        return new Accepted(0, List.copyOf(dead));
    }

    /** Replaces the ranges of one stream that are still as the rewriting read them. Returns the stream if they are not. */
    Accepted commit(EntityStore store, Command.CommitRewrite command) {
        CompactedObject object = command.object();
        check(object);
        if (object.ranges().size() != 1) {
            throw Refusal.invalid("object=" + object.key() + ": a rewriting has 1 range, not "
                    + object.ranges().size());
        }
        StreamMetadata stream = store.stream(object.ranges().get(0).streamId());
        if (stream == null) {
            throw Refusal.notFound("stream=" + object.ranges().get(0).streamId() + ": no such stream");
        }
        if (!judge.mayRewrite(stream, command)) {
            throw isOpenElsewhere(stream, command)
                    ? Refusal.openElsewhere(stream)
                    : Refusal.conflict("stream=" + stream.id() + ": was opened since the rewriting began: the epoch is "
                            + stream.epoch() + ", not " + command.streamEpoch());
        }
        Set<Long> dead = new TreeSet<>();
        take(store, object, dead, range -> judge.judgeRewritten(stream, range, command.bytesRead()));
        return new Accepted(0, List.copyOf(dead));
    }

    static boolean isOpenElsewhere(StreamMetadata stream, Command command) {
        return stream.isOpen() && (stream.owner() != command.nodeId() || stream.ownerEpoch() != command.nodeEpoch());
    }

    private void take(
            EntityStore store,
            CompactedObject object,
            Set<Long> dead,
            Function<CompactedRange, CompactionJudge.Verdict> verdict) {
        long id = Math.addExact(store.lastObjectId(), 1);
        store.lastObjectId(id);
        int liveRanges = 0;
        long liveBytes = 0;
        for (CompactedRange range : object.ranges()) {
            if (takeRange(store, id, object.key(), range, verdict.apply(range))) {
                liveRanges++;
                liveBytes += range.bytes();
            } else {
                dead.add(range.streamId());
            }
        }
        store.putObject(new ObjectMetadata(id, object.key(), object.size(), liveRanges, liveBytes));
    }

    private boolean takeRange(
            EntityStore store, long objectId, String key, CompactedRange range, CompactionJudge.Verdict verdict) {
        StreamMetadata stream = store.stream(range.streamId());
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
