package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StaleEpochException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Refused;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Epochs, tags and the seal of one stream, as the state machine judges them. */
class StreamLifeTest {

    private static final long STREAM = 1;

    private final StateMachine machine = new StateMachine();
    private final Map<Integer, Long> committed = new HashMap<>();
    private MetadataState state = machine.initial(new UUID(1, 1));
    private long number;

    private CommandResult apply(Command command) {
        Batch batch = new Batch(command.nodeId(), new UUID(9, command.nodeId()), ++number, List.of(command));
        CommandResult result = machine.apply(state, batch).get(0);
        MetadataInvariants.check(state);
        return result;
    }

    private long accept(Command command) {
        return apply(command).accepted().value();
    }

    @BeforeEach
    void create() {
        accept(new Command.RegisterNode(1, new UUID(9, 1), List.of()));
        accept(new Command.RegisterNode(2, new UUID(9, 2), List.of()));
        accept(new Command.CreateStream(1, 1, "s", Map.of("a", "1")));
    }

    private StreamMetadata stream() {
        return state.stream(STREAM);
    }

    private long open(int node, long callerEpoch) {
        return accept(new Command.OpenStream(node, 1, STREAM, callerEpoch));
    }

    private void close(int node) {
        accept(new Command.CloseStream(
                node, 1, STREAM, stream().epoch(), stream().committedEnd(), Optional.empty()));
    }

    private CommandResult upload(int node, long records) {
        long from = committed.merge(node, 1L, Long::sum) - 1;
        UploadedRange range = new UploadedRange(
                STREAM, stream().epoch(), stream().committedEnd(), stream().committedEnd() + records, 100, 7);
        return apply(new Command.CommitUpload(
                node,
                1,
                from,
                new CommittedPosition(from + 1, 1, 0, 0),
                List.of(new UploadedObject("data/" + number, 100, List.of(range))),
                false));
    }

    private void reread() {
        state = CheckpointCodec.decode(StateMachineModelTest.bytes(CheckpointCodec.encode(state)), "test");
        MetadataInvariants.check(state);
    }

    @Test
    void storeCountsItsEpochsIndependentlyOfCallers() {
        assertThat(open(1, 100)).isEqualTo(1);
        close(1);
        assertThat(open(2, 100)).as("the same caller epoch").isEqualTo(2);
        close(2);
        assertThat(open(1, 0)).as("a tool").isEqualTo(3);
        close(1);
        assertThat(stream().callerEpoch()).isEqualTo(100);
        assertThat(open(2, 101)).as("the next one was not consumed").isEqualTo(4);
        close(2);
        reread();
        assertThatThrownBy(() -> open(1, 100)).isInstanceOfSatisfying(StaleEpochException.class, stale -> {
            assertThat(stale.requested()).isEqualTo(100);
            assertThat(stale.current()).isEqualTo(101);
        });
        assertThat(((Refused) apply(new Command.OpenStream(1, 1, STREAM, -1))).message())
                .contains("negative");
    }

    @Test
    void tagsAreReplacedOnlyIfTheyAreTheExpectedOnes() {
        open(2, 0);
        accept(new Command.UpdateTags(1, 1, STREAM, Map.of("a", "1"), Map.of("b", "2", "a", "3")));
        assertThatThrownBy(() -> accept(new Command.UpdateTags(1, 1, STREAM, Map.of("a", "1"), Map.of())))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("{a=3, b=2}");
        reread();
        assertThat(stream().tags()).isEqualTo(Map.of("b", "2", "a", "3"));
        assertThat(((Refused) apply(new Command.UpdateTags(1, 1, 77, Map.of(), Map.of()))).message())
                .contains("no such stream");
    }

    @Test
    void aBatchThatIsSentAgainIsAnsweredAsTheFirstTime() {
        Batch update = new Batch(
                1, new UUID(9, 1), ++number, List.of(new Command.UpdateTags(1, 1, STREAM, Map.of("a", "1"), Map.of())));
        List<CommandResult> first = machine.apply(state, update);
        reread();
        assertThat(machine.apply(state, update)).isEqualTo(first);
        first.get(0).accepted();
    }

    @Test
    void aClosedStreamIsSealedByAnyNode() {
        open(1, 0);
        upload(1, 5);
        close(1);
        assertThat(accept(new Command.SealStream(2, 1, STREAM, 0, 0))).isEqualTo(5);
        reread();
        assertThat(stream().isSealed()).isTrue();
        assertThat(accept(new Command.SealStream(1, 1, STREAM, 0, 0)))
                .as("again")
                .isEqualTo(5);
    }

    @Test
    void anOpenStreamIsSealedByItsOwnerWhereItEnded() {
        long epoch = open(1, 0);
        upload(1, 5);
        assertThatThrownBy(() -> accept(new Command.SealStream(2, 1, STREAM, 0, 0)))
                .isInstanceOfSatisfying(
                        StreamOpenElsewhereException.class,
                        conflict -> assertThat(conflict.nodeId()).isEqualTo(1));
        assertThatThrownBy(() -> accept(new Command.SealStream(1, 1, STREAM, 0, 0)))
                .isInstanceOf(StreamOpenElsewhereException.class);
        assertThatThrownBy(() -> accept(new Command.SealStream(1, 1, STREAM, epoch, 6)))
                .as("not all is committed")
                .hasMessageContaining("committed is 5");
        assertThatThrownBy(() -> accept(new Command.SealStream(1, 1, STREAM, epoch + 1, 5)))
                .hasMessageContaining("the epoch is 1");
        accept(new Command.SealStream(1, 1, STREAM, epoch, 5));
        assertThat(upload(1, 1).accepted().streams()).containsExactly(STREAM);
        assertThat(stream().committedEnd()).isEqualTo(5);
    }

    @Test
    void aSealedStreamIsOpenedTrimmedAndDeletedButNotContinued() {
        accept(new Command.SealStream(1, 1, STREAM, 0, 0));
        assertThat(open(2, 0)).isEqualTo(1);
        assertThat(upload(2, 3).accepted().streams()).containsExactly(STREAM);
        accept(new Command.TrimStream(2, 1, STREAM, 0));
        accept(new Command.DeleteStream(2, 1, STREAM));
        assertThat(state.stream(STREAM)).isNull();
    }

    @Test
    void epochsAreKeptFromTheStartOnAcrossCloseAndTakeOver() {
        open(1, 0);
        upload(1, 10);
        upload(1, 10);
        close(1);
        open(2, 0); // appends nothing
        close(2);
        open(1, 0);
        upload(1, 5);
        reread();
        assertThat(stream().epochs().toMap()).isEqualTo(Map.of(1L, 0L, 3L, 20L));
        accept(new Command.TrimStream(2, 1, STREAM, 12));
        assertThat(stream().epochs().toMap()).isEqualTo(Map.of(1L, 12L, 3L, 20L));
        accept(new Command.TrimStream(2, 1, STREAM, 20));
        assertThat(stream().epochs().toMap()).isEqualTo(Map.of(3L, 20L));
        accept(new Command.TrimStream(2, 1, STREAM, 27));
        assertThat(stream().epochs().isEmpty()).isTrue();
        upload(1, 5);
        assertThat(stream().epochs().toMap()).isEqualTo(Map.of(3L, 27L));
    }

    @Test
    void streamsAreListedInPages() {
        for (int i = 0; i < 700; i++) {
            accept(new Command.CreateStream(1, 1, i % 2 == 0 ? "even" + i : "odd" + i, Map.of()));
        }
        long after = 0;
        int found = 0;
        List<StreamMetadata> page;
        do {
            page = state.streams("even", after, 33);
            for (StreamMetadata stream : page) {
                assertThat(stream.id()).isGreaterThan(after);
                assertThat(stream.name()).isEqualTo("even" + 2 * found++);
                after = stream.id();
            }
        } while (page.size() == 33);
        assertThat(found).isEqualTo(350);
        assertThat(state.streams("", 701, 10)).isEmpty();
        assertThat(state.streams("", Long.MAX_VALUE, 10)).isEmpty();
    }
}
