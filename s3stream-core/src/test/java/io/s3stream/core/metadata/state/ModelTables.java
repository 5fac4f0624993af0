package io.s3stream.core.metadata.state;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** The tables of the model, as plain as possible, and their text. Owned by the test's thread. */
abstract class ModelTables {

    static final class Stream {
        String name = "";
        Map<String, String> tags = Map.of();
        long epoch;
        int owner = -1;
        long ownerEpoch;
        long callerEpoch;
        boolean sealed;
        long start;
        long end;
        List<RangeList.Range> ranges = new ArrayList<>();
        /** Start, end and epoch of each appended piece that is not trimmed. Epochs never decrease. */
        List<long[]> pieces = new ArrayList<>();

        void appended(long from, long to, long recordEpoch) {
            long last = pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1)[2];
            pieces.add(new long[] {from, to, Math.max(last, recordEpoch)});
            pieces.removeIf(piece -> piece[1] <= start);
        }

        TreeMap<Long, Long> epochs() {
            TreeMap<Long, Long> epochs = new TreeMap<>();
            pieces.forEach(piece -> epochs.putIfAbsent(piece[2], Math.max(piece[0], start)));
            return epochs;
        }

        Stream copy() {
            Stream copy = new Stream();
            copy.name = name;
            copy.tags = tags;
            copy.epoch = epoch;
            copy.owner = owner;
            copy.ownerEpoch = ownerEpoch;
            copy.callerEpoch = callerEpoch;
            copy.sealed = sealed;
            copy.pieces = new ArrayList<>(pieces);
            copy.start = start;
            copy.end = end;
            copy.ranges = new ArrayList<>(ranges);
            return copy;
        }
    }

    static final class Node {
        long epoch;
        UUID session = new UUID(0, 0);
        long lastNumber = Long.MIN_VALUE;
        List<Answer> lastAnswers = List.of();
        CommittedPosition committed = CommittedPosition.NONE;
        long lastWalEpoch;
        Map<String, String> tags = Map.of();
        List<long[]> generations = new ArrayList<>();

        Node copy() {
            Node copy = new Node();
            copy.epoch = epoch;
            copy.session = session;
            copy.lastNumber = lastNumber;
            copy.lastAnswers = lastAnswers;
            copy.committed = committed;
            copy.lastWalEpoch = lastWalEpoch;
            copy.tags = tags;
            generations.forEach(generation -> copy.generations.add(generation.clone()));
            return copy;
        }
    }

    /** Null means accepted. */
    record Answer(Kind kind, long value, List<Long> dead) {}

    static final class No extends RuntimeException {
        final Kind kind;

        No(Kind kind) {
            this.kind = kind;
        }
    }

    static final long OPEN = Long.MIN_VALUE;

    TreeMap<Long, Stream> streams = new TreeMap<>();
    TreeMap<Long, Long> objects = new TreeMap<>();
    TreeMap<Integer, Node> nodes = new TreeMap<>();
    /** Ranges that were deleted or trimmed and still count, oldest first. A command releases them one at a time. */
    List<List<RangeList.Range>> releases = new ArrayList<>();

    static final int RELEASED_AT_ONCE = 1;

    /** Records of streams that recovery could not commit. */
    TreeMap<Long, List<Quarantine.Kept>> quarantines = new TreeMap<>();

    long lastStream;
    long lastObject;
    long floor;

    /** Copies all tables into {@code copy}. */
    final void copyTo(ModelTables copy) {
        streams.forEach((id, stream) -> copy.streams.put(id, stream.copy()));
        copy.objects.putAll(objects);
        releases.forEach(release -> copy.releases.add(new ArrayList<>(release)));
        quarantines.forEach((id, kept) -> copy.quarantines.put(id, new ArrayList<>(kept)));
        nodes.forEach((id, node) -> copy.nodes.put(id, node.copy()));
        copy.lastStream = lastStream;
        copy.lastObject = lastObject;
        copy.floor = floor;
    }

    static void check(UploadedObject object) {
        for (UploadedRange range : object.ranges()) {
            need(range.start() >= 0 && range.end() > range.start() && range.bytes() >= 0, Kind.INVALID);
        }
        need(object.ranges().stream().mapToLong(UploadedRange::bytes).sum() <= object.size(), Kind.INVALID);
    }

    final Stream stream(long id) {
        Stream stream = streams.get(id);
        need(stream != null, Kind.NOT_FOUND);
        return stream;
    }

    static long[] generation(Node node, long walEpoch) {
        return node.generations.stream()
                .filter(generation -> generation[0] == walEpoch)
                .findFirst()
                .orElseThrow(() -> new No(Kind.NOT_FOUND));
    }

    static Answer yes(long value) {
        return new Answer(null, value, List.of());
    }

    static void need(boolean holds, Kind otherwise) {
        if (!holds) {
            throw new No(otherwise);
        }
    }

    final void release(List<RangeList.Range> ranges) {
        if (ranges.size() > RELEASED_AT_ONCE) {
            releases.add(new ArrayList<>(ranges.subList(RELEASED_AT_ONCE, ranges.size())));
        }
    }

    final long[] count(long objectId) {
        List<RangeList.Range> counting = new ArrayList<>();
        streams.values().forEach(stream -> counting.addAll(stream.ranges));
        releases.forEach(counting::addAll);
        long[] found = new long[2];
        for (RangeList.Range range : counting) {
            if (range.objectId() == objectId) {
                found[0]++;
                found[1] += range.bytes();
            }
        }
        quarantines
                .values()
                .forEach(all -> all.forEach(kept -> {
                    if (kept.objectId() == objectId) {
                        found[0]++;
                        found[1] += kept.bytes();
                    }
                }));
        return found;
    }

    /** The whole state as text. {@link #describe(MetadataState)} gives the same text for a real state. */
    String describe() {
        StringBuilder out = new StringBuilder();
        streams.forEach((id, s) -> out.append("stream " + id + " '" + s.name + "' " + new TreeMap<>(s.tags) + " e"
                + s.epoch + "/" + s.callerEpoch + (s.sealed ? " sealed" : "") + " " + s.epochs() + " owner " + s.owner
                + "/" + s.ownerEpoch + " [" + s.start + "," + s.end + ") " + s.ranges
                + "\n"));
        quarantines.forEach((id, kept) -> out.append("quarantine " + id + " " + kept + "\n"));
        Set<Long> retired = new HashSet<>();
        objects.forEach((id, size) -> {
            long[] live = count(id);
            if (live[0] == 0) {
                retired.add(id);
            }
            out.append("object " + id + " " + size + " ranges " + live[0] + "/" + live[1] + "\n");
        });
        out.append("retired " + new TreeSet<>(retired) + "\n");
        out.append("floor " + floor + "\n");
        nodes.forEach((id, n) -> {
            if (n.epoch > 0) {
                out.append("node " + id + " e" + n.epoch + " " + new TreeMap<>(n.tags) + " " + n.committed + " "
                        + n.session);
                n.generations.forEach(g -> out.append(" " + g[0] + ":" + g[1] + ":" + (g[2] == OPEN ? "open" : g[2])));
                out.append("\n");
            }
        });
        return out.toString();
    }

    public static String describe(MetadataState state) {
        StringBuilder out = new StringBuilder();
        for (StreamMetadata s : state.streams("")) {
            out.append("stream " + s.id() + " '" + s.name() + "' " + new TreeMap<>(s.tags()) + " e" + s.epoch() + "/"
                    + s.callerEpoch() + (s.isSealed() ? " sealed" : "")
                    + " " + s.epochs() + " owner " + s.owner() + "/" + s.ownerEpoch() + " [" + s.startOffset() + ","
                    + s.committedEnd()
                    + ") " + s.ranges().toList() + "\n");
        }
        state.quarantines().forEach(q -> out.append("quarantine " + q.streamId() + " " + q.kept() + "\n"));
        state.entities()
                .objects
                .forEach(o -> out.append("object " + o.id() + " " + o.size() + " ranges " + o.liveRanges() + "/"
                        + o.liveBytes() + "\n"));
        out.append("retired "
                + new TreeSet<>(
                        state.retiredObjects().stream().map(ObjectMetadata::id).toList())
                + "\n");
        out.append("floor " + state.nodeFloor() + "\n");
        for (NodeMetadata n : state.nodes()) {
            out.append("node " + n.id() + " e" + n.epoch() + " " + new TreeMap<>(n.tags()) + " " + n.committed() + " "
                    + state.session(n.id()).id());
            n.generations()
                    .forEach(g -> out.append(" " + g.walEpoch() + ":" + g.firstSequence() + ":"
                            + (g.isSealed() ? g.sealedEnd().getAsLong() : "open")));
            out.append("\n");
        }
        return out.toString();
    }
}
