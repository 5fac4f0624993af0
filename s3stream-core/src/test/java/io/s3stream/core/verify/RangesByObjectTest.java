package io.s3stream.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RangesByObjectTest {

    /** Returns a stream with ranges of ten offsets each, in these objects. */
    private static StreamMetadata stream(long id, long... objects) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < objects.length; i++) {
            ranges.add(new Range(10L * i, 10L * i + 10, objects[i], 1, 1));
        }
        return new StreamMetadata(id, "", Map.of(), 1, 0, -1, 0, false, 0, 10L * objects.length, RangeList.of(ranges), EpochList.EMPTY);
    }

    @Test
    void rangesOfObjectAreListedByStreamAndOffset() {
        RangesByObject ranges = new RangesByObject(List.of(stream(1, 7, 5, 7), stream(2, 5), stream(3, 9, 7)));

        assertThat(ranges.of(7))
                .extracting(use -> use.stream().id(), use -> use.range().start())
                .containsExactly(tuple(1L, 0L), tuple(1L, 20L), tuple(3L, 10L));
        assertThat(ranges.of(5))
                .extracting(use -> use.stream().id(), use -> use.range().start())
                .containsExactly(tuple(1L, 10L), tuple(2L, 0L));
    }

    @Test
    void objectWithoutRangesHasNoUses() {
        RangesByObject ranges = new RangesByObject(List.of(stream(1, 5, 7), stream(2)));
        assertThat(List.of(ranges.of(4), ranges.of(6), ranges.of(8))).allMatch(List::isEmpty);
    }

    @Test
    void everyRangeIsCounted() {
        assertThat(new RangesByObject(List.of(stream(1, 7, 5, 7), stream(2), stream(3, 9))).ranges())
                .isEqualTo(4);
        assertThat(new RangesByObject(List.of()).ranges()).isZero();
    }
}
