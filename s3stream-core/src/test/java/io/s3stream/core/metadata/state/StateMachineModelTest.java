package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommandResult.Refused;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.core.metadata.codec.BatchCodec;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.log.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

public class StateMachineModelTest {

    @Test
    void stateMachineBehavesAsPlainModel() {
        Map<String, Integer> seen = new TreeMap<>();
        Seeds.forEach(
                15,
                seed -> run(
                        seed,
                        new StateMachine(
                                new RangeJudge(),
                                new SessionResults(),
                                new CompactionJudge(),
                                ModelState.RELEASED_AT_ONCE),
                        seen));
        if (Long.getLong("seed") == null) {
            for (Class<?> command : Command.class.getPermittedSubclasses()) {
                if (command == Command.RetireObjects.class) {
                    continue; // only rebuilt stores accept it: RetireObjectsTest
                }
                assertThat(seen).containsKey(command.getSimpleName() + " accepted");
                assertThat(seen.keySet())
                        .anyMatch(key -> key.startsWith(command.getSimpleName()) && !key.endsWith("accepted"));
            }
        }
    }

    @Test
    void judgeThatIgnoresStreamEpochsIsCaught_R17() {
        RangeJudge broken = new RangeJudge() {
            @Override
            protected Verdict judge(StreamMetadata stream, UploadedRange range) {
                return stream == null
                        ? Verdict.DEAD
                        : super.judge(
                                stream,
                                new UploadedRange(
                                        range.streamId(),
                                        stream.epoch(),
                                        range.start(),
                                        range.end(),
                                        range.bytes(),
                                        range.maxTimestamp()));
            }
        };
        assertThatThrownBy(() -> Seeds.forEach(
                        10,
                        seed -> run(
                                seed,
                                new StateMachine(
                                        broken,
                                        new SessionResults(),
                                        new CompactionJudge(),
                                        ModelState.RELEASED_AT_ONCE),
                                new TreeMap<>())))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void forgettingResultsOfLastBatchIsCaught_R16() {
        SessionResults broken = new SessionResults() {
            @Override
            protected List<CommandResult> recognise(NodeSession current, Batch batch) {
                return null;
            }
        };
        assertThatThrownBy(() -> Seeds.forEach(
                        10,
                        seed -> run(
                                seed,
                                new StateMachine(
                                        new RangeJudge(), broken, new CompactionJudge(), ModelState.RELEASED_AT_ONCE),
                                new TreeMap<>())))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void replacingForeignRangesIsCaught_R17() {
        CompactionJudge broken = new CompactionJudge() {
            @Override
            protected Verdict judge(StreamMetadata stream, CompactedRange range) {
                Verdict verdict = super.judge(stream, range);
                if (stream == null || verdict instanceof Taken) {
                    return verdict;
                }
                int first = stream.ranges().indexOf(range.start());
                int last = stream.ranges().indexOf(range.end() - 1);
                return first < 0 || last < first || stream.ranges().get(last).end() != range.end()
                        ? verdict
                        : new Taken(first, last + 1);
            }
        };
        assertIsCaught(broken);
    }

    @Test
    void forgettingLaterTrimIsCaught_R17() {
        CompactionJudge broken = new CompactionJudge() {
            @Override
            protected Verdict judge(StreamMetadata stream, CompactedRange range) {
                return stream != null
                                && !stream.ranges().isEmpty()
                                && range.start() < stream.ranges().get(0).start()
                        ? new Dead()
                        : super.judge(stream, range);
            }
        };
        assertIsCaught(broken);
    }

    private static void assertIsCaught(CompactionJudge broken) {
        StateMachine machine =
                new StateMachine(new RangeJudge(), new SessionResults(), broken, ModelState.RELEASED_AT_ONCE);
        assertThatThrownBy(() -> Seeds.forEach(10, seed -> run(seed, machine, new TreeMap<>())))
                .isInstanceOfAny(AssertionError.class, IllegalStateException.class);
    }

    private static void run(long seed, StateMachine machine, Map<String, Integer> seen) {
        Random random = new Random(seed);
        ModelState model = new ModelState();
        RandomBatches batches = new RandomBatches(random, model, new RandomCompactions(random, model), true);
        MetadataState state = machine.initial(new UUID(1, seed));
        for (int step = 0; step < 500; step++) {
            Batch batch = batches.next();
            Batch decoded = BatchCodec.decode(BatchCodec.encode(batch), "test");
            assertThat(decoded).isEqualTo(batch);
            if (random.nextInt(5) == 0) {
                String before = ModelState.describe(state);
                machine.prepare(state, batch);
                assertThat(ModelState.describe(state)).isEqualTo(before);
            }
            List<CommandResult> results = machine.apply(state, decoded);
            assertThat(results.stream().map(StateMachineModelTest::answer).toList())
                    .as("step %d: %s answered %s", step, batch, results)
                    .isEqualTo(model.apply(batch));
            for (int i = 0; i < Math.min(results.size(), batch.commands().size()); i++) {
                CommandResult result = results.get(i);
                seen.merge(
                        batch.commands().get(i).getClass().getSimpleName()
                                + (result instanceof Refused refused ? " " + refused.kind() : " accepted"),
                        1,
                        Integer::sum);
            }
            assertThat(ModelState.describe(state))
                    .as("step %d: %s", step, batch)
                    .isEqualTo(model.describe());
            MetadataInvariants.check(state);
            if (random.nextInt(10) == 0) {
                byte[] checkpoint = bytes(CheckpointCodec.encode(state));
                state = CheckpointCodec.decode(checkpoint, "test");
                MetadataInvariants.check(state);
                assertThat(bytes(CheckpointCodec.encode(state))).isEqualTo(checkpoint);
            }
        }
    }

    public static byte[] bytes(List<ByteBuffer> pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        pieces.forEach(piece -> out.write(piece.array(), piece.position(), piece.remaining()));
        return out.toByteArray();
    }

    private static ModelState.Answer answer(CommandResult result) {
        return result instanceof Accepted accepted
                ? new ModelState.Answer(null, accepted.value(), accepted.streams())
                : new ModelState.Answer(((Refused) result).kind(), 0, List.of());
    }
}
