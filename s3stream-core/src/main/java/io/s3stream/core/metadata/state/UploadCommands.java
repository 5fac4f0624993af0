package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Rules for uploads and for the objects they bring. */
final class UploadCommands {

    private final RangeJudge judge;

    UploadCommands(RangeJudge judge) {
        this.judge = judge;
    }

    Accepted commit(EntityStore store, NodeState node, Command.CommitUpload command) {
        NodeMetadata metadata = node.metadata();
        long committed = metadata.committed().sequence();
        if (command.from() != committed || command.to().sequence() < committed) {
            throw Refusal.conflict("node=" + metadata.id() + ": commit from " + command.from() + " to "
                    + command.to().sequence() + ", but committed is " + committed);
        }
        List<Long> dead = take(store, command.objects());
        if (command.to().sequence() > committed) {
            store.putNode(node.with(metadata.at(command.to())));
        }
        long closed = 0;
        if (command.closeOwned()) {
            for (long id : store.streamsOwnedBefore(metadata.id(), metadata.epoch())) {
                StreamMetadata stream = store.stream(id);
                if (stream != null) {
                    store.putStream(stream.closed());
                    closed++;
                }
            }
        }
        return new Accepted(closed, dead);
    }

    /** Accepts the new ranges of the objects [R17]. Returns the streams that have dead ranges. */
    List<Long> take(EntityStore store, List<UploadedObject> objects) {
        Set<Long> dead = new TreeSet<>();
        for (UploadedObject object : objects) {
            check(object);
            long id = Math.addExact(store.lastObjectId(), 1);
            store.lastObjectId(id);
            int liveRanges = 0;
            long liveBytes = 0;
            for (UploadedRange range : object.ranges()) {
                if (takeRange(store, id, object.key(), range, dead)) {
                    liveRanges++;
                    liveBytes += range.bytes();
                }
            }
            store.putObject(new ObjectMetadata(id, object.key(), object.size(), liveRanges, liveBytes));
        }
        return List.copyOf(dead);
    }

    private boolean takeRange(EntityStore store, long objectId, String key, UploadedRange range, Set<Long> dead) {
        StreamMetadata stream = store.stream(range.streamId());
        RangeJudge.Verdict verdict = judge.judge(stream, range);
        if (verdict == RangeJudge.Verdict.GAP || verdict == RangeJudge.Verdict.CUT) {
            throw new Refusal(
                    Kind.INTERNAL,
                    "stream=" + range.streamId() + " offset=" + range.start() + " object=" + key + ": range to "
                            + range.end() + " does not begin at the committed end "
                            + (stream == null ? "of no stream" : stream.committedEnd()));
        }
        if (stream == null || verdict == RangeJudge.Verdict.DEAD) {
            dead.add(range.streamId());
            return false;
        }
        if (verdict == RangeJudge.Verdict.COVERED) {
            return false;
        }
        boolean kept = range.end() > stream.startOffset();
        RangeList ranges = kept
                ? stream.ranges()
                        .append(new RangeList.Range(
                                stream.committedEnd(), range.end(), objectId, range.bytes(), range.maxTimestamp()))
                : stream.ranges();
        store.putStream(stream.committed(range.end(), range.streamEpoch(), ranges));
        return kept;
    }

    static void check(UploadedObject object) {
        long bytes = 0;
        for (UploadedRange range : object.ranges()) {
            if (range.start() < 0 || range.end() <= range.start() || range.bytes() < 0) {
                throw Refusal.invalid("stream=" + range.streamId() + " object=" + object.key() + ": range ["
                        + range.start() + "," + range.end() + ") of " + range.bytes() + " bytes");
            }
            bytes = Math.addExact(bytes, range.bytes());
        }
        if (object.size() < bytes) {
            throw Refusal.invalid("object=" + object.key() + ": " + object.size() + " bytes, its ranges " + bytes);
        }
    }

    /** Takes the ranges {@code [first, end)} off the counts of their objects. */
    void release(EntityStore store, RangeList ranges, int first, int end) {
        for (int i = first; i < end; i++) {
            RangeList.Range range = ranges.get(i);
            release(store, range.objectId(), range.bytes());
        }
    }

    /** Takes one range off the counts of its object. */
    void release(EntityStore store, long objectId, long bytes) {
        ObjectMetadata object = store.object(objectId);
        if (object == null) {
            throw new Refusal(Kind.INTERNAL, "object=" + objectId + ": has ranges but does not exist");
        }
        store.putObject(new ObjectMetadata(
                object.id(), object.key(), object.size(), object.liveRanges() - 1, object.liveBytes() - bytes));
    }

    Accepted removeObjects(EntityStore store, Command.RemoveObjects command) {
        for (long id : command.objectIds()) {
            ObjectMetadata object = store.object(id);
            if (object != null && !object.isRetired()) {
                throw Refusal.conflict("object=" + id + ": still has " + object.liveRanges() + " live ranges");
            }
            store.removeObject(id);
        }
        return new Accepted(0, List.of());
    }
}
