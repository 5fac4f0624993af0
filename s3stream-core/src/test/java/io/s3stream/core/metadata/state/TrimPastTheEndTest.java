package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommandResult.Refused;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * [R18]: a trim may pass the committed end, because acknowledged records may still be in the WAL only. The committed
 * end stays. The upload in flight begins there, and the metadata would refuse it forever if the committed end had
 * moved.
 */
class TrimPastTheEndTest {

    private static final UUID SESSION = new UUID(1, 2);
    private static final long STREAM = 1;

    private final StateMachine machine = new StateMachine();
    private final MetadataState state = machine.initial(new UUID(3, 4));
    private long number;
    private long committed;

    /** A stream committed to 10, trimmed to 30: offsets 10 to 50 or so are acknowledged, and in the WAL. */
    @BeforeEach
    void trimPastTheEnd() {
        accept(new Command.RegisterNode(1, SESSION, List.of()));
        accept(new Command.CreateStream(1, 1, "s", Map.of()));
        accept(new Command.OpenStream(1, 1, STREAM, 0));
        accept(upload(0, 10));
        accept(new Command.TrimStream(1, 1, STREAM, 30));
    }

    @AfterEach
    void checkInvariants() {
        MetadataInvariants.check(state);
    }

    @Test
    void committedEndStays_R18() {
        assertStream(30, 10);
        assertThat(stream().ranges().isEmpty()).isTrue();
        assertThat(state.retiredObjects()).hasSize(1);
    }

    @Test
    void uploadBelowStartIsCommittedAndNeverAppears_R18() {
        assertThat(accept(upload(10, 25)).streams()).isEmpty();

        assertStream(30, 25);
        assertThat(stream().ranges().isEmpty()).isTrue();
        assertThat(state.retiredObjects()).as("no stream needs it").hasSize(2);
    }

    @Test
    void uploadAcrossStartIsKeptAsWhole_R18() {
        accept(upload(10, 50));

        assertStream(30, 50);
        assertThat(stream().ranges().toList())
                .extracting(RangeList.Range::start, RangeList.Range::end)
                .containsExactly(tuple(10L, 50L));
        accept(upload(50, 60));
        assertStream(30, 60);
    }

    @Test
    void uploadFromStartLeavesGapAndIsRefused_R18() {
        CommandResult gap = apply(upload(30, 40));

        assertThat(gap)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.kind()).isEqualTo(Kind.INTERNAL));
        assertStream(30, 10);
    }

    @Test
    void streamClosesAtItsEndAndNotAtItsStart_R18() {
        Command atStart = new Command.CloseStream(1, 1, STREAM, 1, 30, Optional.empty());
        assertThat(apply(atStart)).isInstanceOf(Refused.class);

        accept(new Command.CloseStream(1, 1, STREAM, 1, 50, Optional.of(object(10, 50))));
        accept(new Command.OpenStream(1, 1, STREAM, 0));

        assertStream(30, 50);
        assertThat(stream().epoch()).isEqualTo(2);
    }

    @Test
    void backwardTrimChangesNothing_R18() {
        accept(upload(10, 50));

        accept(new Command.TrimStream(1, 1, STREAM, 20));

        assertStream(30, 50);
    }

    @Test
    void trimPastEndSurvivesCheckpoint_R18() {
        MetadataState loaded =
                CheckpointCodec.decode(StateMachineModelTest.bytes(CheckpointCodec.encode(state)), "test");

        StreamMetadata stream = Objects.requireNonNull(loaded.stream(STREAM));
        assertThat(stream.startOffset()).isEqualTo(30);
        assertThat(stream.committedEnd()).isEqualTo(10);
    }

    private void assertStream(long start, long end) {
        assertThat(stream().startOffset()).isEqualTo(start);
        assertThat(stream().committedEnd()).isEqualTo(end);
    }

    private StreamMetadata stream() {
        return Objects.requireNonNull(state.stream(STREAM));
    }

    private Command upload(long from, long to) {
        CommittedPosition position = new CommittedPosition(committed + 1, 1, to, 0);
        return new Command.CommitUpload(1, 1, committed, position, List.of(object(from, to)), false);
    }

    private UploadedObject object(long from, long to) {
        UploadedObject.UploadedRange range =
                new UploadedObject.UploadedRange(STREAM, stream().epoch(), from, to, (to - from) * 10, to);
        return new UploadedObject("data/ab/1-1-" + from, 1000, List.of(range));
    }

    private Accepted accept(Command command) {
        CommandResult result = apply(command);
        assertThat(result).isInstanceOf(Accepted.class);
        return (Accepted) result;
    }

    private CommandResult apply(Command command) {
        CommandResult result = machine.apply(state, new Batch(1, SESSION, ++number, List.of(command)))
                .get(0);
        if (result instanceof Accepted && command instanceof Command.CommitUpload) {
            committed++;
        }
        return result;
    }
}
