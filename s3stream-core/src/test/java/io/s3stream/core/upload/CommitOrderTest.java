package io.s3stream.core.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitOrderTest {

    private final CommitOrder order = new CommitOrder();
    private final SegmentUpload first = SegmentFixture.upload(0, 5);
    private final SegmentUpload second = SegmentFixture.upload(5, 9);
    private final Deque<SegmentUpload> uploads = new ArrayDeque<>(List.of(first, second));

    @Test
    void writtenUploadWaitsForEarlierUpload_R14() {
        second.written(List.of());
        assertThat(order.next(uploads)).isNull();

        first.written(List.of());
        assertThat(order.next(uploads)).isSameAs(first);
        uploads.remove();
        assertThat(order.next(uploads)).isSameAs(second);
    }

    @Test
    void commitCoversOnlyFramesOfItsUpload_R14() {
        assertThat(order.coversFrom(second, 0)).isEqualTo(5);
    }

    @Test
    void walIsTrimmedToTheEndOfTheCommittedUpload() {
        assertThat(order.trimTo(first, new ArrayDeque<>(List.of(second))))
                .isEqualTo(first.segment().coversTo());
    }

    @Test
    void emptyOrderHasNoNextUpload() {
        assertThat(order.next(new ArrayDeque<>())).isNull();
    }
}
