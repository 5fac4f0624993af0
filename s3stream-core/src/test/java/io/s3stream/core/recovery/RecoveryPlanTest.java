package io.s3stream.core.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.recovery.RecoveryPlan.Step;
import io.s3stream.layout.FrameFormat;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * Tests which generations an opening reads, and from which position. Earlier frames may be trimmed, and later frames
 * must not be left out.
 */
class RecoveryPlanTest {

    private static final OptionalLong OPEN = OptionalLong.empty();

    private final RecoveryPlan plan = new RecoveryPlan();

    @Test
    void fenceAndReplayBeginBehindCommittedPosition_R3() {
        CommittedPosition committed = new CommittedPosition(25, 7, 4096, 99);

        Step step = onlyStep(committed, generation(7, 11, OPEN));

        assertThat(step.after()).isEqualTo(new WalAnchor(25, 4096, 99));
        assertThat(plan.fenceFrom(step)).isEqualTo(26);
    }

    @Test
    void uncommittedGenerationIsFencedAndReadFromItsBeginning_R3() {
        Generation generation = generation(7, 11, OPEN);

        Step step = onlyStep(new CommittedPosition(10, 6, 8192, 99), generation);

        assertThat(step.after())
                .as("not the position in another generation's medium")
                .isEqualTo(new WalAnchor(10, 0, FrameFormat.initialChain(700)));
        assertThat(plan.fenceFrom(step)).isEqualTo(11);
    }

    @Test
    void firstGenerationOfNodeIsFencedFromItsFirstSequence_R3() {
        Step step = onlyStep(CommittedPosition.NONE, generation(1, 1, OPEN));

        assertThat(step.after().sequence()).isZero();
        assertThat(plan.fenceFrom(step)).isEqualTo(1);
    }

    @Test
    void everyGenerationThatMayHoldMoreIsReadInOrderToItsEnd_R5() {
        CommittedPosition committed = new CommittedPosition(15, 2, 4096, 99);

        List<Step> steps = plan.steps(NodeMetadata.untagged(
                1,
                4,
                committed,
                List.of(
                        generation(1, 1, OptionalLong.of(10)),
                        generation(2, 11, OptionalLong.of(20)),
                        generation(3, 21, OptionalLong.of(20)),
                        generation(4, 21, OPEN))));

        assertThat(steps)
                .extracting(
                        step -> step.generation().walEpoch(),
                        step -> step.after().sequence(),
                        Step::clipAt)
                .containsExactly(tuple(2L, 15L, 20L), tuple(3L, 20L, 20L), tuple(4L, 20L, Long.MAX_VALUE));
    }

    @Test
    void fullyCommittedSealedGenerationIsNotRead() {
        CommittedPosition committed = new CommittedPosition(20, 2, 4096, 99);

        assertThat(plan.steps(node(committed, generation(2, 11, OptionalLong.of(20)))))
                .isEmpty();
    }

    @Test
    void replayThatEndsBeforeSealedEndIsDamage_R6() {
        Step step = onlyStep(CommittedPosition.NONE, generation(1, 1, OptionalLong.of(20)));

        assertThatThrownBy(() -> plan.settle(step, 19)).isInstanceOf(CorruptedDataException.class);
        assertThat(plan.settle(step, 20)).isEqualTo(20);
    }

    private Step onlyStep(CommittedPosition committed, Generation generation) {
        List<Step> steps = plan.steps(node(committed, generation));
        assertThat(steps).hasSize(1);
        return steps.get(0);
    }

    private static NodeMetadata node(CommittedPosition committed, Generation generation) {
        return NodeMetadata.untagged(1, 4, committed, List.of(generation));
    }

    /** The nonce is a hundred times the epoch. */
    private static Generation generation(long walEpoch, long firstSequence, OptionalLong sealedEnd) {
        WalDescriptor descriptor = new WalDescriptor(
                URI.create("block:///wal"), walEpoch, walEpoch * 100, 4096, 1 << 20, 4, 4 << 20, 1 << 30, Map.of());
        return new Generation(descriptor, firstSequence, sealedEnd);
    }
}
