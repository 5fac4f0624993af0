package io.s3stream.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PersistentTreeTest {

    private static List<Integer> elements(PersistentTree<Integer> tree, int from) {
        List<Integer> found = new ArrayList<>();
        tree.forEachFrom(element -> Integer.compare(from, element), element -> {
            found.add(element);
            return true;
        });
        return found;
    }

    @Test
    void agreesWithASortedSetAndEarlierTreesDoNotChange() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            List<Integer> first = IntStream.range(0, random.nextInt(200))
                    .map(i -> 3 * i)
                    .boxed()
                    .toList();
            PersistentTree<Integer> tree = PersistentTree.of(Comparator.naturalOrder(), first);
            TreeSet<Integer> set = new TreeSet<>(first);
            PersistentTree<Integer> earlier = tree;
            List<Integer> earlierElements = List.copyOf(set);
            for (int step = 0; step < 2000; step++) {
                int element = random.nextInt(600);
                if (random.nextInt(5) < (step / 500 % 2 == 0 ? 3 : 1)) {
                    tree = tree.with(element);
                    set.add(element);
                } else {
                    tree = tree.without(element);
                    set.remove(element);
                }
                if (step % 100 == 0) {
                    assertThat(elements(tree, Integer.MIN_VALUE)).isEqualTo(List.copyOf(set));
                    int from = random.nextInt(600);
                    assertThat(elements(tree, from)).isEqualTo(List.copyOf(set.tailSet(from)));
                    assertThat(tree.find(present -> Integer.compare(from, present)))
                            .isEqualTo(set.contains(from) ? (Integer) from : null);
                    assertThat(elements(earlier, Integer.MIN_VALUE)).isEqualTo(earlierElements);
                    assertThat(tree.height())
                            .isLessThanOrEqualTo(1 + (int) (1.45 * Math.log(set.size() + 2) / Math.log(2)));
                    earlier = tree;
                    earlierElements = List.copyOf(set);
                }
            }
        }
    }

    @Test
    void aVisitEndsWhenTheActionSaysSo() {
        PersistentTree<Integer> tree = PersistentTree.of(Comparator.naturalOrder(), List.of(1, 2, 3, 4, 5));
        List<Integer> visited = new ArrayList<>();
        tree.forEachFrom(element -> Integer.compare(2, element), element -> {
            visited.add(element);
            return visited.size() < 2;
        });
        assertThat(visited).containsExactly(2, 3);
    }
}
