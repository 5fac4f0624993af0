package io.s3stream.core.rebuild;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Assembles one stream from the pieces that objects have of it, by [R23]. Pure. If several pieces have an offset, the
 * piece that was rewritten most often wins. Among pieces with the same number of rewrites, the longest reach wins. So
 * the output of a rewriting or of a compaction wins over its inputs.
 *
 * @param parts the parts of the stream: contiguous, in order
 * @param before parts before the last hole; a stream cannot have a hole, so they are left out
 * @param overlaps where two pieces of one epoch have the same offsets as they were appended, which must be the same
 *     records. Pieces that were rewritten may differ
 * @param dead pieces without a remaining part, because a later epoch begins before them
 */
record StreamAssembly(List<Part> parts, List<Part> before, List<Hole> holes, List<Overlap> overlaps, List<Piece> dead) {

    /** Offsets {@code [from, to)} of a piece. */
    record Part(Piece piece, long from, long to) {

        boolean isWhole() {
            return from == piece.start() && to == piece.end();
        }
    }

    /** Offsets {@code [from, to)} that no piece has. */
    record Hole(long from, long to) {}

    /** Offsets {@code [from, to)} that two pieces have. */
    record Overlap(Piece taken, Piece other, long from, long to) {}

    static StreamAssembly of(List<Piece> pieces) {
        NavigableMap<Long, Long> firstOfEpoch = new TreeMap<>();
        pieces.forEach(piece -> firstOfEpoch.merge(piece.epoch(), piece.start(), Math::min));
        List<Piece> dead = new ArrayList<>();
        List<Part> living = new ArrayList<>();
        Map<Long, Long> limits = limits(firstOfEpoch);
        for (Piece piece : pieces) {
            long limit = limits.getOrDefault(piece.epoch(), Long.MAX_VALUE);
            if (piece.start() >= limit) {
                dead.add(piece);
            } else {
                living.add(new Part(piece, piece.start(), Math.min(piece.end(), limit)));
            }
        }
        return assemble(living, dead);
    }

    /** Returns for each epoch the lowest offset at which a higher one begins. */
    private static Map<Long, Long> limits(NavigableMap<Long, Long> firstOfEpoch) {
        Map<Long, Long> limits = new TreeMap<>();
        long least = Long.MAX_VALUE;
        for (Map.Entry<Long, Long> epoch : firstOfEpoch.descendingMap().entrySet()) {
            limits.put(epoch.getKey(), least);
            least = Math.min(least, epoch.getValue());
        }
        return limits;
    }

    private static StreamAssembly assemble(List<Part> living, List<Piece> dead) {
        NavigableMap<Long, Part> taken = take(living);
        List<Part> parts = new ArrayList<>();
        List<Part> before = new ArrayList<>();
        List<Hole> holes = new ArrayList<>();
        for (Part part : taken.values()) {
            long end =
                    parts.isEmpty() ? part.from() : parts.get(parts.size() - 1).to();
            if (part.from() > end) {
                holes.add(new Hole(end, part.from()));
                before.addAll(parts);
                parts.clear();
            }
            parts.add(part);
        }
        List<Overlap> overlaps = new ArrayList<>();
        living.forEach(other -> addOverlaps(taken, other, overlaps));
        return new StreamAssembly(parts, before, holes, overlaps, dead);
    }

    /** Returns the newest form of each offset, as parts that do not overlap, by their first offset. */
    private static NavigableMap<Long, Part> take(List<Part> living) {
        NavigableMap<Integer, List<Part>> byRewrites = new TreeMap<>();
        living.forEach(part -> byRewrites
                .computeIfAbsent(part.piece().rewrites(), number -> new ArrayList<>())
                .add(part));
        NavigableMap<Long, Part> taken = new TreeMap<>();
        for (List<Part> candidates : byRewrites.descendingMap().values()) {
            List<Part> left = new ArrayList<>();
            candidates.forEach(part -> addUncovered(part, taken, left));
            left.sort(Comparator.comparingLong(Part::from)
                    .thenComparing(Comparator.comparingLong(Part::to).reversed())
                    .thenComparingInt(part -> part.piece().object()));
            takeFurthest(left, taken);
        }
        return taken;
    }

    private static void takeFurthest(List<Part> sorted, NavigableMap<Long, Part> taken) {
        long next = 0;
        int i = 0;
        while (i < sorted.size()) {
            next = Math.max(next, sorted.get(i).from());
            Part furthest = sorted.get(i);
            while (i < sorted.size() && sorted.get(i).from() <= next) {
                furthest = sorted.get(i).to() > furthest.to() ? sorted.get(i) : furthest;
                i++;
            }
            if (furthest.to() > next) {
                taken.put(next, new Part(furthest.piece(), next, furthest.to()));
                next = furthest.to();
            }
        }
    }

    /** Adds the offsets of a part that no taken part has. */
    private static void addUncovered(Part part, NavigableMap<Long, Part> taken, List<Part> left) {
        long from = part.from();
        for (Part other : overlapping(part, taken)) {
            if (other.from() > from) {
                left.add(new Part(part.piece(), from, other.from()));
            }
            from = Math.max(from, other.to());
        }
        if (from < part.to()) {
            left.add(new Part(part.piece(), from, part.to()));
        }
    }

    private static Collection<Part> overlapping(Part part, NavigableMap<Long, Part> taken) {
        Map.Entry<Long, Part> first = taken.floorEntry(part.from());
        long begin = first != null && first.getValue().to() > part.from() ? first.getKey() : part.from();
        return taken.subMap(begin, true, part.to(), false).values();
    }

    private static void addOverlaps(NavigableMap<Long, Part> taken, Part other, List<Overlap> overlaps) {
        for (Part part : overlapping(other, taken)) {
            boolean isSame = part.piece().equals(other.piece());
            boolean isRewritten = part.piece().rewrites() > 0 || other.piece().rewrites() > 0;
            if (!isSame && !isRewritten) {
                overlaps.add(new Overlap(
                        part.piece(),
                        other.piece(),
                        Math.max(part.from(), other.from()),
                        Math.min(part.to(), other.to())));
            }
        }
    }
}
