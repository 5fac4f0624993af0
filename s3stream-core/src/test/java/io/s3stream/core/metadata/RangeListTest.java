package io.s3stream.core.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metadata.log.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeListTest {

    private static final long[] EXTREMES = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE};

    @Test
    void listAnswersAsPlainListWhileItGrowsAndIsTrimmed() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            int limit = random.nextInt(400);
            List<Range> plain = new ArrayList<>();
            RangeList list = RangeList.EMPTY;
            long end = random.nextInt(100);
            for (int step = 0; step < limit; step++) {
                int before = list.size();
                RangeList older = list;
                if (random.nextInt(12) == 0) {
                    int count = random.nextInt(random.nextInt(4) == 0 ? before + 1 : Math.min(before, 5) + 1);
                    list = list.withoutFirst(count);
                    plain.subList(0, count).clear();
                } else {
                    Range next = range(random, end);
                    end = next.end();
                    if (random.nextInt(8) == 0) {
                        list.append(range(random, next.start())); // prepared and never committed
                    }
                    list = list.append(next);
                    plain.add(next);
                    assertThat(older.size()).isEqualTo(before);
                }
                if (before > 1 && random.nextInt(10) == 0) {
                    int first = random.nextInt(list.size() == 0 ? 1 : list.size());
                    list = compacted(list, plain, first, random);
                }
                if (random.nextInt(20) == 0) {
                    list = RangeList.of(list.toList()); // as from a checkpoint
                }
                if (random.nextInt(10) == 0) {
                    compare(list, plain, random);
                }
            }
            compare(list, plain, random);
        });
    }

    @Test
    void appendLeavesOriginalListUnchanged() {
        RangeList list = RangeList.EMPTY;
        List<RangeList> versions = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            versions.add(list);
            list = list.append(new Range(i, i + 1, 1, 10, i));
        }
        for (int i = 0; i < versions.size(); i++) {
            RangeList version = versions.get(i);
            assertThat(version.size()).isEqualTo(i);
            assertThat(version.bytes(0, i)).isEqualTo(10L * i);
            assertThat(version.firstReaching(0, i)).isEqualTo(-1);
            assertThat(version.firstReaching(0, i - 1)).isEqualTo(i - 1);
            assertThat(version.indexOf(i)).isEqualTo(-1);
        }
    }

    @Test
    void nonAdjacentRangeIsRefused() {
        RangeList list = RangeList.EMPTY.append(new Range(5, 7, 1, 100, 0));
        assertThatThrownBy(() -> list.append(new Range(8, 9, 1, 100, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not begin at 7");
    }

    /** Replaces several ranges with one, in both lists. The original list stays unchanged. */
    private static RangeList compacted(RangeList list, List<Range> plain, int first, Random random) {
        if (plain.isEmpty()) {
            return list;
        }
        int end = first + 1 + random.nextInt(Math.min(5, plain.size() - first));
        List<Range> replaced = plain.subList(first, end);
        Range whole = new Range(
                replaced.get(0).start(),
                replaced.get(replaced.size() - 1).end(),
                99,
                random.nextInt(10_000),
                random.nextInt(100));
        List<Range> before = list.toList();
        RangeList compacted = list.replace(first, end, whole);
        assertThat(list.toList()).isEqualTo(before);
        replaced.clear();
        plain.add(first, whole);
        return compacted;
    }

    @Test
    void mismatchedReplacementIsRefused() {
        RangeList list = RangeList.EMPTY
                .append(new Range(5, 7, 1, 100, 0))
                .append(new Range(7, 9, 2, 100, 0))
                .append(new Range(9, 12, 3, 100, 0));
        assertThatThrownBy(() -> list.replace(0, 2, new Range(5, 10, 4, 200, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> list.replace(1, 3, new Range(8, 12, 4, 200, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> list.replace(1, 1, new Range(7, 7, 4, 200, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(list.replace(0, 2, new Range(6, 9, 4, 150, 0)).toList())
                .containsExactly(new Range(6, 9, 4, 150, 0), new Range(9, 12, 3, 100, 0));
    }

    private static Range range(Random random, long start) {
        long timestamp = random.nextInt(30) == 0
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : (long) (random.nextGaussian() * 1000);
        return new Range(start, start + 1 + random.nextInt(5), random.nextInt(10), random.nextInt(10_000), timestamp);
    }

    private static void compare(RangeList list, List<Range> plain, Random random) {
        assertThat(list.toList()).isEqualTo(plain);
        assertThat(list.isEmpty()).isEqualTo(plain.isEmpty());
        for (int i = 0; i < 20; i++) {
            int first = random.nextInt(plain.size() + 1);
            int end = first + random.nextInt(plain.size() - first + 1);
            assertThat(list.bytes(first, end))
                    .isEqualTo(plain.subList(first, end).stream()
                            .mapToLong(Range::bytes)
                            .sum());
            long timestamp = random.nextInt(4) == 0
                    ? EXTREMES[random.nextInt(EXTREMES.length)]
                    : (long) (random.nextGaussian() * 3000);
            int expected = first;
            while (expected < plain.size() && plain.get(expected).maxTimestamp() < timestamp) {
                expected++;
            }
            assertThat(list.firstReaching(first, timestamp))
                    .as("from %s, %s of %s", first, timestamp, plain)
                    .isEqualTo(expected == plain.size() ? -1 : expected);
            assertThat(list.maxTimestamp(first))
                    .isEqualTo(plain.subList(first, plain.size()).stream()
                            .mapToLong(Range::maxTimestamp)
                            .reduce(Long.MIN_VALUE, Math::max));
            long offset =
                    plain.isEmpty() ? random.nextInt(10) : plain.get(0).start() - 2 + random.nextInt(plain.size() * 4);
            int holds = -1;
            int below = 0;
            for (int r = 0; r < plain.size(); r++) {
                holds = plain.get(r).start() <= offset && offset < plain.get(r).end() ? r : holds;
                below += plain.get(r).end() <= offset ? 1 : 0;
            }
            assertThat(list.indexOf(offset)).isEqualTo(holds);
            assertThat(list.countEndingAtOrBefore(offset)).isEqualTo(below);
        }
    }
}
