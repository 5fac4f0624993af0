package io.s3stream.core.rebuild;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Assembles one stream from the pieces that objects have of it, by [R23]. Pure. If several pieces have an offset, the
 * piece that reaches furthest wins. So a compaction's output wins over its inputs.
 *
 * @param parts the parts of the stream: contiguous, in order
 * @param before parts before the last hole; a stream cannot have a hole, so they are left out
 * @param overlaps where two pieces of one epoch have the same offsets, which must have the same records
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
        living.sort(Comparator.comparingLong(Part::from)
                .thenComparing(Comparator.comparingLong(Part::to).reversed())
                .thenComparingInt(part -> part.piece().object()));
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
        List<Part> parts = new ArrayList<>();
        List<Part> before = new ArrayList<>();
        List<Hole> holes = new ArrayList<>();
        List<Overlap> overlaps = new ArrayList<>();
        int i = 0;
        long next = living.isEmpty() ? 0 : living.get(0).from();
        while (i < living.size()) {
            if (living.get(i).from() > next) {
                holes.add(new Hole(next, living.get(i).from()));
                before.addAll(parts);
                parts.clear();
                next = living.get(i).from();
            }
            int begin = i;
            Part furthest = living.get(i);
            while (i < living.size() && living.get(i).from() <= next) {
                furthest = living.get(i).to() > furthest.to() ? living.get(i) : furthest;
                i++;
            }
            if (furthest.to() > next) {
                parts.add(new Part(furthest.piece(), next, furthest.to()));
                next = furthest.to();
            }
            for (Part other : living.subList(begin, i)) {
                addOverlaps(parts, other, overlaps);
            }
        }
        return new StreamAssembly(parts, before, holes, overlaps, dead);
    }

    /** Compares with the parts so far; later parts begin where all of them end. */
    private static void addOverlaps(List<Part> taken, Part other, List<Overlap> overlaps) {
        for (int i = taken.size() - 1; i >= 0 && taken.get(i).to() > other.from(); i--) {
            Part part = taken.get(i);
            long from = Math.max(part.from(), other.from());
            long to = Math.min(part.to(), other.to());
            if (from < to && !part.piece().equals(other.piece())) {
                overlaps.add(new Overlap(part.piece(), other.piece(), from, to));
            }
        }
    }
}
