package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.memory.FrameRoom;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.layout.FrameFormat;
import io.s3stream.spi.wal.WalFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalWindowTest {

    private static final int ALIGNMENT = 512;
    private static final int SLAB = 64 * ALIGNMENT;

    private final StreamTail tail = new StreamTail(1, 1, 0);
    private final SlabPool pool = new SlabPool(SLAB, ALIGNMENT, new MemoryBudget(1 << 20), 0);
    private final FrameBuilder builder = new FrameBuilder(pool, ALIGNMENT, SLAB, new FrameRoom(SLAB, 0));
    private final TestLog log = new TestLog(ALIGNMENT, 3, 8 * ALIGNMENT);
    private final List<Long> answered = new ArrayList<>();
    private final WalWindow window = new WalWindow(
            5,
            Runnable::run,
            new AckOrder(),
            log.open(1, 10),
            StoreMetrics.none().wal(),
            (frame, error) -> answered.add(frame.sequence()));
    private long offset;

    /** Fills a frame with one append and issues it. */
    private WalWindow.Issue issue(int frameBytes) {
        if (builder.isEmpty()) {
            int encoded = frameBytes - FrameFormat.HEADER_BYTES;
            if (builder.needsSlab(encoded)) {
                builder.takeSlab(encoded);
            }
            builder.add(Appends.at(tail, offset++, Appends.payloadOf(encoded)));
        }
        return window.issue(builder, 0);
    }

    private void answer(int index) {
        log.answers.get(index).complete(null);
    }

    @Test
    void fullWindowIsBusyUntilFrameIsAcknowledged() {
        for (int i = 0; i < 3; i++) {
            assertThat(issue(ALIGNMENT)).isEqualTo(WalWindow.Issue.ISSUED);
        }
        assertThat(issue(ALIGNMENT)).isEqualTo(WalWindow.Issue.BUSY);
        answer(0);
        assertThat(issue(ALIGNMENT)).as("written, not acknowledged").isEqualTo(WalWindow.Issue.BUSY);

        assertThat(window.takeAcknowledgeable()).isNotNull();

        assertThat(issue(ALIGNMENT)).isEqualTo(WalWindow.Issue.ISSUED);
    }

    @Test
    void bytesInFlightLimitNextFrame_R7() {
        issue(5 * ALIGNMENT);
        assertThat(issue(4 * ALIGNMENT)).isEqualTo(WalWindow.Issue.BUSY);
        answer(0);
        window.takeAcknowledgeable();

        assertThat(issue(4 * ALIGNMENT)).isEqualTo(WalWindow.Issue.ISSUED);
    }

    @Test
    void frameLargerThanByteLimitIsIssuedAlone() {
        assertThat(issue(20 * ALIGNMENT)).isEqualTo(WalWindow.Issue.ISSUED);
        assertThat(issue(ALIGNMENT)).isEqualTo(WalWindow.Issue.BUSY);
    }

    @Test
    void frameStaysInBuilderWhileWalHasNoRoom() {
        log.room = ALIGNMENT;
        issue(ALIGNMENT);

        assertThat(issue(ALIGNMENT)).isEqualTo(WalWindow.Issue.FULL);
        assertThat(builder.appends()).hasSize(1);
        log.room = 2 * ALIGNMENT;
        assertThat(issue(ALIGNMENT)).isEqualTo(WalWindow.Issue.ISSUED);
        assertThat(log.frames).extracting(WalFrame::sequence).containsExactly(10L, 11L);
    }

    @Test
    void framesFormChainFromNonceOfGeneration() {
        issue(ALIGNMENT);
        issue(ALIGNMENT);

        var first = FrameFormat.readHeader(log.frames.get(0).bytes(), 0);
        var second = FrameFormat.readHeader(log.frames.get(1).bytes(), 0);
        assertThat(first.follows(1, 77, 9, FrameFormat.initialChain(77), 0)).isTrue();
        assertThat(second.follows(1, 77, 10, first.chain(), ALIGNMENT)).isTrue();
        assertThat(second.nodeId()).isEqualTo(5);
    }

    @Test
    void writtenFrameWaitsForEarlierFrames() {
        issue(ALIGNMENT);
        issue(ALIGNMENT);
        answer(1);
        assertThat(window.takeAcknowledgeable()).isNull();

        answer(0);

        assertThat(window.takeAcknowledgeable().sequence()).isEqualTo(10);
        assertThat(window.takeAcknowledgeable().sequence()).isEqualTo(11);
        assertThat(window.takeAcknowledgeable()).isNull();
    }

    @Test
    void abandonedFramesReturnOldestFirst() {
        for (int i = 0; i < 3; i++) {
            issue(ALIGNMENT);
        }
        answer(1);
        List<Long> returned = new ArrayList<>();

        window.giveUp(appends -> appends.forEach(append -> returned.add(append.baseOffset())));

        assertThat(returned).containsExactly(0L, 1L, 2L);
        assertThat(window.inFlight()).isZero();
    }

    @Test
    void answerOfAbandonedWalHasNoEffectAndReleasesItsSlab_R9_R29() {
        issue(ALIGNMENT);
        issue(ALIGNMENT);
        answer(1);
        window.giveUp(appends -> {});
        builder.abort();
        assertThat(pool.outstandingBytes())
                .as("the WAL may still read the frame")
                .isEqualTo(SLAB);
        window.continueOn(new TestLog(ALIGNMENT, 3, SLAB).open(2, 10));

        answer(0);

        assertThat(answered).containsExactly(11L);
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void nextGenerationBeginsWithItsOwnSequenceAndChain() {
        issue(ALIGNMENT);
        window.giveUp(appends -> {});
        TestLog next = new TestLog(ALIGNMENT, 3, SLAB);
        window.continueOn(next.open(2, 10));

        issue(ALIGNMENT);

        var header = FrameFormat.readHeader(next.frames.get(0).bytes(), 0);
        assertThat(header.follows(2, 77, 9, FrameFormat.initialChain(77), 0)).isTrue();
    }

    @Test
    void failedFrameReportsItsErrorAndReleasesItsSlab() {
        issue(ALIGNMENT);
        builder.abort();

        log.answers.get(0).completeExceptionally(new IllegalStateException("broken"));

        assertThat(answered).containsExactly(10L);
        assertThat(window.takeAcknowledgeable()).isNull();
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void trimOfEarlierGenerationLeavesCurrentWalUnchanged() {
        window.trim(new CommittedPosition(9, 0, 4096, 0));
        assertThat(log.trimmed).isZero();

        window.trim(new CommittedPosition(10, 1, 512, 0));
        assertThat(log.trimmed).isEqualTo(512);
    }
}
