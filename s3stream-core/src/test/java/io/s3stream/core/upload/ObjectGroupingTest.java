package io.s3stream.core.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.cache.TestRecords;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectGroupingTest {

    private static final RunFilter ALL = new RunFilter() {
        @Override
        public boolean wanted(@Nullable StreamMetadata stream, long streamEpoch, long end) {
            return true;
        }
    };

    private final SegmentFixture fixture = new SegmentFixture();
    private final MetadataView view = new FixedMetadata.View(0, List.of(), List.of());

    private List<List<Long>> streams(RunFilter filter, int recordsOfStreamObject, CacheSegment segment) {
        ObjectGrouping grouping = new ObjectGrouping(filter, (long) recordsOfStreamObject * TestRecords.ENCODED);
        return grouping.objectsOf(segment, view).stream()
                .map(runs -> runs.stream().map(StreamRun::streamId).toList())
                .toList();
    }

    @Test
    void largeStreamsGetObjectsOfTheirOwnAndOthersShareTheLast() {
        assertThat(streams(ALL, 5, fixture.segment(1, 5, 4, 6)))
                .containsExactly(List.of(2L), List.of(4L), List.of(1L, 3L));
    }

    @Test
    void segmentOfLargeStreamsHasNoSharedObject() {
        assertThat(streams(ALL, 5, fixture.segment(5))).containsExactly(List.of(1L));
    }

    @Test
    void emptySegmentNeedsNoObject() {
        assertThat(streams(ALL, 5, fixture.segment())).isEmpty();
    }

    /** The metadata know stream 1 in epoch 1 only. */
    @Test
    void runOfDeletedStreamIsNotUploaded_R8() {
        assertThat(streams(new RunFilter(), 5, fixture.segment(1, 9, 1))).containsExactly(List.of(1L));
    }

    @Test
    void filterRefusesEndedEpochsAndCommittedOffsets_R8() {
        StreamMetadata stream = new StreamMetadata(
                1, "", Map.of(), 3, 0, 0, 1, false, 0, 10, RangeList.of(List.of(new RangeList.Range(0, 10, 1, 1, 1))), EpochList.EMPTY);
        RunFilter filter = new RunFilter();

        assertThat(filter.wanted(stream, 3, 11)).isTrue();
        assertThat(filter.wanted(stream, 3, 10)).as("committed").isFalse();
        assertThat(filter.wanted(stream, 2, 11)).as("ended epoch").isFalse();
        assertThat(filter.wanted(null, 3, 11)).as("deleted stream").isFalse();
    }
}
