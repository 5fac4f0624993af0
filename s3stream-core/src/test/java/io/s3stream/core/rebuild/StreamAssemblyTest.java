package io.s3stream.core.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.rebuild.StreamAssembly.Hole;
import io.s3stream.core.rebuild.StreamAssembly.Overlap;
import io.s3stream.core.rebuild.StreamAssembly.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** [R23]: a record of an epoch at or past the first base offset of a higher epoch is dead. */
class StreamAssemblyTest {

    @Test
    void adjacentPiecesFormStream() {
        Piece a = piece(0, 1, 0, 10);
        Piece b = piece(1, 1, 10, 20);
        StreamAssembly assembly = StreamAssembly.of(List.of(b, a));
        assertThat(assembly.parts()).containsExactly(new Part(a, 0, 10), new Part(b, 10, 20));
        assertThat(assembly.holes()).isEmpty();
        assertThat(assembly.overlaps()).isEmpty();
        assertThat(assembly.dead()).isEmpty();
    }

    @Test
    void pieceBehindBeginningOfLaterEpochIsDead_R23() {
        Piece old = piece(0, 1, 0, 10);
        Piece zombie = piece(1, 1, 10, 15);
        Piece late = piece(2, 1, 12, 14);
        Piece next = piece(3, 2, 12, 20);
        StreamAssembly assembly = StreamAssembly.of(List.of(old, zombie, late, next));
        assertThat(assembly.parts())
                .containsExactly(new Part(old, 0, 10), new Part(zombie, 10, 12), new Part(next, 12, 20));
        assertThat(assembly.dead()).containsExactly(late);
        assertThat(assembly.overlaps()).isEmpty();
    }

    @Test
    void smallestBeginningOfAllLaterEpochsCounts_R23() {
        Piece first = piece(0, 1, 0, 30);
        Piece second = piece(1, 2, 20, 40);
        Piece third = piece(2, 3, 10, 50);
        StreamAssembly assembly = StreamAssembly.of(List.of(first, second, third));
        assertThat(assembly.parts()).containsExactly(new Part(first, 0, 10), new Part(third, 10, 50));
        assertThat(assembly.dead()).containsExactly(second);
    }

    @Test
    void largerPieceIsTakenAndBothAreCompared_R23() {
        Piece input = piece(0, 1, 0, 10);
        Piece other = piece(1, 1, 10, 20);
        Piece output = piece(2, 1, 0, 20);
        StreamAssembly assembly = StreamAssembly.of(List.of(input, other, output));
        assertThat(assembly.parts()).containsExactly(new Part(output, 0, 20));
        assertThat(assembly.overlaps())
                .containsExactlyInAnyOrder(new Overlap(output, input, 0, 10), new Overlap(output, other, 10, 20));
    }

    /** An original may reach further than its rewritten form, and begin before it. */
    @Test
    void pieceThatWasRewrittenMostOftenIsTaken_R23() {
        Piece original = piece(0, 1, 0, 40);
        Piece once = rewritten(1, 5, 25, 1);
        Piece twice = rewritten(2, 10, 20, 2);
        StreamAssembly assembly = StreamAssembly.of(List.of(original, twice, once));
        assertThat(assembly.parts())
                .containsExactly(
                        new Part(original, 0, 5),
                        new Part(once, 5, 10),
                        new Part(twice, 10, 20),
                        new Part(once, 20, 25),
                        new Part(original, 25, 40));
        assertThat(assembly.overlaps()).as("they differ").isEmpty();
        assertThat(assembly.holes()).isEmpty();
    }

    @Test
    void originalsNextToRewrittenPiecesAreCompared_R23() {
        Piece output = piece(0, 1, 0, 20);
        Piece input = piece(1, 1, 10, 20);
        Piece rewritten = rewritten(2, 0, 10, 1);
        StreamAssembly assembly = StreamAssembly.of(List.of(input, output, rewritten));
        assertThat(assembly.parts()).containsExactly(new Part(rewritten, 0, 10), new Part(output, 10, 20));
        assertThat(assembly.overlaps()).containsExactly(new Overlap(output, input, 10, 20));
    }

    @Test
    void streamBeginsBehindItsLastHole() {
        Piece a = piece(0, 1, 0, 10);
        Piece b = piece(1, 1, 12, 20);
        Piece c = piece(2, 2, 30, 40);
        StreamAssembly assembly = StreamAssembly.of(List.of(a, b, c));
        assertThat(assembly.holes()).containsExactly(new Hole(10, 12), new Hole(20, 30));
        assertThat(assembly.parts()).containsExactly(new Part(c, 30, 40));
        assertThat(assembly.before()).containsExactly(new Part(a, 0, 10), new Part(b, 12, 20));
    }

    /** Compares with a model that examines each offset alone. */
    @Test
    void assemblyOfAnyPiecesMatchesModelOfEachOffset() {
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            List<Piece> pieces = new ArrayList<>();
            int count = 1 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                int start = random.nextInt(40);
                pieces.add(piece(i, 1 + random.nextInt(3), start, start + 1 + random.nextInt(15)));
            }
            Collections.shuffle(pieces, random);
            StreamAssembly assembly = StreamAssembly.of(pieces);
            TreeMap<Long, Long> epochs = model(pieces);
            List<Part> all = new ArrayList<>(assembly.before());
            all.addAll(assembly.parts());
            TreeMap<Long, Long> made = new TreeMap<>();
            for (Part part : all) {
                assertThat(part.from())
                        .isGreaterThanOrEqualTo(part.piece().start())
                        .isLessThan(part.to());
                assertThat(part.to()).isLessThanOrEqualTo(part.piece().end());
                for (long offset = part.from(); offset < part.to(); offset++) {
                    assertThat(made.put(offset, part.piece().epoch()))
                            .as("seed %s: offset %s twice", seed, offset)
                            .isNull();
                }
            }
            assertThat(made).as("seed %s", seed).isEqualTo(epochs);
            for (int i = 1; i < assembly.parts().size(); i++) {
                assertThat(assembly.parts().get(i).from())
                        .isEqualTo(assembly.parts().get(i - 1).to());
            }
            checkOverlaps(pieces, assembly, epochs, seed);
        }
    }

    /** Where two valid pieces of one epoch share an offset, the piece that was not taken is compared with the other. */
    private static void checkOverlaps(
            List<Piece> pieces, StreamAssembly assembly, TreeMap<Long, Long> epochs, long seed) {
        long expected = 0;
        for (var offset : epochs.entrySet()) {
            expected += pieces.stream()
                            .filter(piece -> piece.epoch() == offset.getValue() && has(piece, offset.getKey()))
                            .count()
                    - 1;
        }
        long compared = assembly.overlaps().stream()
                .mapToLong(overlap -> overlap.to() - overlap.from())
                .sum();
        assertThat(compared).as("seed %s", seed).isEqualTo(expected);
    }

    /**
     * Returns the epoch that owns each offset: the highest epoch begun at or before the offset, if it has a record
     * there.
     */
    private static TreeMap<Long, Long> model(List<Piece> pieces) {
        TreeMap<Long, Long> epochs = new TreeMap<>();
        for (long offset = 0; offset < 60; offset++) {
            long at = offset;
            long begun = pieces.stream()
                    .filter(piece -> piece.start() <= at)
                    .mapToLong(Piece::epoch)
                    .max()
                    .orElse(0);
            if (pieces.stream().anyMatch(piece -> piece.epoch() == begun && has(piece, at))) {
                epochs.put(offset, begun);
            }
        }
        return epochs;
    }

    private static boolean has(Piece piece, long offset) {
        return piece.start() <= offset && offset < piece.end();
    }

    private static Piece rewritten(int object, long start, long end, int rewrites) {
        return new Piece(object, 1, start, end, 100, 0, rewrites);
    }

    private static Piece piece(int object, long epoch, long start, long end) {
        return new Piece(object, epoch, start, end, 100, 0);
    }
}
