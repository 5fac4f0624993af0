package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The model's rules for ranges: uploads, compactions and quarantines. */
abstract class ModelRanges extends ModelTables {

    final List<Long> take(List<UploadedObject> uploaded) {
        Set<Long> dead = new TreeSet<>();
        for (UploadedObject object : uploaded) {
            check(object);
            objects.put(++lastObject, object.size());
            for (UploadedRange range : object.ranges()) {
                Stream stream = streams.get(range.streamId());
                if (stream == null || stream.epoch != range.streamEpoch()) {
                    dead.add(range.streamId());
                } else if (range.end() > stream.end) {
                    if (stream.owner == -1 || stream.sealed) {
                        dead.add(range.streamId());
                        continue;
                    }
                    need(range.start() == stream.end, Kind.INTERNAL); // neither a gap nor cut
                    if (range.end() > stream.start) {
                        stream.ranges.add(new RangeList.Range(
                                stream.end, range.end(), lastObject, range.bytes(), range.maxTimestamp()));
                    }
                    stream.appended(stream.end, range.end(), range.streamEpoch());
                    stream.end = range.end();
                }
            }
        }
        return List.copyOf(dead);
    }

    final List<Long> quarantine(List<UploadedObject> uploaded) {
        Set<Long> dead = new TreeSet<>();
        for (UploadedObject object : uploaded) {
            check(object);
            objects.put(++lastObject, object.size());
            for (UploadedRange range : object.ranges()) {
                Stream stream = streams.get(range.streamId());
                boolean over = stream == null
                        || stream.epoch > range.streamEpoch()
                        || (stream.epoch == range.streamEpoch() && stream.owner == -1);
                List<Quarantine.Kept> kept = quarantines.getOrDefault(range.streamId(), List.of());
                boolean known = kept.stream()
                        .anyMatch(k -> k.streamEpoch() == range.streamEpoch()
                                && k.start() == range.start()
                                && k.end() == range.end()
                                && k.bytes() == range.bytes());
                if (over || known) {
                    dead.add(range.streamId());
                } else {
                    quarantines
                            .computeIfAbsent(range.streamId(), id -> new ArrayList<>())
                            .add(kept(range));
                }
            }
        }
        return List.copyOf(dead);
    }

    private Quarantine.Kept kept(UploadedRange range) {
        return new Quarantine.Kept(
                range.streamEpoch(), range.start(), range.end(), lastObject, range.bytes(), range.maxTimestamp());
    }

    final void endQuarantine(Command.ReleaseQuarantine c) {
        Stream stream = stream(c.streamId());
        List<Quarantine.Kept> kept = quarantines.remove(c.streamId());
        need(kept != null, Kind.CONFLICT);
        need(stream.owner == -1, Kind.CONFLICT);
        if (!c.keep()) {
            return;
        }
        List<Quarantine.Kept> all = new ArrayList<>(kept);
        if (c.filler().isPresent()) {
            check(c.filler().get());
            objects.put(++lastObject, c.filler().get().size());
            for (UploadedRange range : c.filler().get().ranges()) {
                need(range.streamId() == c.streamId(), Kind.INVALID);
                all.add(kept(range));
            }
        }
        all.sort(Comparator.comparingLong(Quarantine.Kept::start));
        for (Quarantine.Kept k : all) {
            need(k.start() == stream.end, Kind.CONFLICT);
            stream.appended(k.start(), k.end(), k.streamEpoch());
            stream.end = k.end();
            stream.epoch = Math.max(stream.epoch, k.streamEpoch());
            if (k.end() > stream.start) {
                stream.ranges.add(new RangeList.Range(k.start(), k.end(), k.objectId(), k.bytes(), k.maxTimestamp()));
            }
        }
    }

    /** Finds the inputs of a compacted range in the rest of the stream, from its end backwards. */
    final List<Long> replace(List<CompactedObject> compacted) {
        Set<Long> dead = new TreeSet<>();
        for (CompactedObject object : compacted) {
            check(object);
            objects.put(++lastObject, object.size());
            for (CompactedRange range : object.ranges()) {
                Stream stream = streams.get(range.streamId());
                if (stream == null || !replace(stream, range, range.bytes())) {
                    dead.add(range.streamId());
                }
            }
        }
        return List.copyOf(dead);
    }

    final Answer rewrite(Node node, Command.CommitRewrite c) {
        check(c.object());
        need(c.object().ranges().size() == 1, Kind.INVALID);
        CompactedRange range = c.object().ranges().get(0);
        Stream stream = stream(range.streamId());
        need(stream.owner == -1 || (stream.owner == c.nodeId() && stream.ownerEpoch == node.epoch), Kind.CONFLICT);
        need(stream.epoch == c.streamEpoch(), Kind.CONFLICT);
        need(range.bytes() <= c.bytesRead(), Kind.INTERNAL);
        objects.put(++lastObject, c.object().size());
        return new Answer(null, 0, replace(stream, range, c.bytesRead()) ? List.of() : List.of(range.streamId()));
    }

    private static void check(CompactedObject object) {
        for (CompactedRange range : object.ranges()) {
            need(range.start() >= 0 && range.end() > range.start() && range.bytes() >= 0, Kind.INVALID);
            need(!range.replaced().isEmpty(), Kind.INVALID);
        }
        need(object.ranges().stream().mapToLong(CompactedRange::bytes).sum() <= object.size(), Kind.INVALID);
    }

    private boolean replace(Stream stream, CompactedRange range, long bytesRead) {
        List<RangeList.Range> left =
                stream.ranges.stream().filter(r -> r.end() <= range.end()).toList();
        if (left.isEmpty() || left.get(left.size() - 1).end() != range.end()) {
            return false;
        }
        List<Long> ids = left.stream().map(RangeList.Range::objectId).toList();
        int count = range.replaced().size();
        int from = ids.size() - count;
        if (from < 0) { // the first inputs were trimmed
            if (!range.replaced().subList(-from, count).equals(ids)
                    || range.start() >= left.get(0).start()) {
                return false;
            }
            from = 0;
        } else if (!ids.subList(from, ids.size()).equals(range.replaced())) {
            return false;
        } else if (range.start() == left.get(from).start()) {
            List<RangeList.Range> all = left.subList(from, left.size());
            need(all.stream().mapToLong(RangeList.Range::bytes).sum() == bytesRead, Kind.INTERNAL);
            need(
                    all.stream().mapToLong(RangeList.Range::maxTimestamp).max().getAsLong() == range.maxTimestamp(),
                    Kind.INTERNAL);
        } else {
            need(from == 0 && range.start() > left.get(0).start() && range.start() <= stream.start, Kind.INTERNAL);
        }
        List<RangeList.Range> after = new ArrayList<>(stream.ranges.subList(0, from));
        after.add(new RangeList.Range(range.start(), range.end(), lastObject, range.bytes(), range.maxTimestamp()));
        after.addAll(stream.ranges.subList(left.size(), stream.ranges.size()));
        stream.ranges = after;
        return true;
    }
}
