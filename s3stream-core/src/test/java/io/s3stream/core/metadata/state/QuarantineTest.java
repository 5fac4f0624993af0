package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Refused;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The states of a stream that recovery could not commit [R37]. */
class QuarantineTest {

    private static final UUID SESSION = new UUID(1, 2);

    private final StateMachine machine = new StateMachine();
    private final MetadataState state = machine.initial(new UUID(3, 4));
    private long number;

    /** Stream 1 is committed to offset 5. A recovery found records [7, 9) and closed the stream. */
    private void holeBeforeSeven() {
        apply(new Command.RegisterNode(1, SESSION, List.of()));
        apply(new Command.CreateStream(1, 1, "s", Map.of()));
        apply(new Command.OpenStream(1, 1, 1, 0));
        apply(commit(1, 0, object("data/1", range(0, 5))));
        apply(new Command.RegisterNode(1, new UUID(8, 8), List.of()));
        apply(new Command.QuarantineRecords(1, 2, List.of(object("data/2", range(7, 9)))));
        apply(new Command.CommitUpload(1, 2, 1, position(2), List.of(), true));
    }

    @Test
    void quarantinedStreamIsNotOpenedAndTellsRemedy() {
        holeBeforeSeven();
        assertThat(apply(new Command.OpenStream(1, 2, 1, 0))).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Kind.CONFLICT);
            assertThat(refused.message()).contains("stream=1", "quarantined", "[5, 7) are missing", "release 1");
        });
        assertThat(state.stream(1).isOpen()).isFalse();
        assertThat(state.retiredObjects()).isEmpty();
    }

    @Test
    void sameRecordsAreKeptOnce() {
        holeBeforeSeven();
        String before = ModelState.describe(state);
        apply(new Command.QuarantineRecords(1, 2, List.of(object("data/3", range(7, 9)))));
        assertThat(state.quarantine(1).kept()).hasSize(1);
        assertThat(state.retiredObjects()).extracting(ObjectMetadata::key).containsExactly("data/3");
        assertThat(ModelState.describe(state)).startsWith(before.substring(0, before.indexOf("object")));
    }

    @Test
    void recordsAreDiscardedOnlyOnRelease() {
        holeBeforeSeven();
        assertThat(apply(new Command.RemoveObjects(1, 2, List.of(2L)))).isInstanceOf(Refused.class);
        apply(new Command.ReleaseQuarantine(1, 2, 1, false, Optional.empty()));
        assertThat(state.quarantines()).isEmpty();
        assertThat(state.retiredObjects()).extracting(ObjectMetadata::key).containsExactly("data/2");
        assertThat(apply(new Command.OpenStream(1, 2, 1, 0)).accepted().value()).isEqualTo(2);
        assertThat(state.stream(1).committedEnd()).isEqualTo(5);
    }

    @Test
    void recordsBecomePartOfStreamBehindFiller() {
        holeBeforeSeven();
        assertThat(apply(new Command.ReleaseQuarantine(1, 2, 1, true, Optional.empty())))
                .as("a hole")
                .isInstanceOf(Refused.class);
        apply(new Command.ReleaseQuarantine(1, 2, 1, true, Optional.of(object("data/3", range(5, 7)))));
        assertThat(state.stream(1).committedEnd()).isEqualTo(9);
        assertThat(state.stream(1).ranges().toList())
                .extracting(RangeList.Range::objectId)
                .containsExactly(1L, 3L, 2L);
        MetadataInvariants.check(state);
        assertThat(apply(new Command.OpenStream(1, 2, 1, 0)).accepted().value()).isEqualTo(2);
    }

    @Test
    void streamIsNotReleasedBeforeRecoveryEnds() {
        holeBeforeSeven();
        apply(new Command.CreateStream(1, 2, "t", Map.of()));
        apply(new Command.OpenStream(1, 2, 2, 0));
        apply(new Command.QuarantineRecords(
                1, 2, List.of(new UploadedObject("data/9", 100, List.of(new UploadedRange(2, 1, 3, 4, 50, 0))))));
        assertThat(apply(new Command.ReleaseQuarantine(1, 2, 2, false, Optional.empty())))
                .isInstanceOf(Refused.class);
    }

    @Test
    void quarantineEndsWithStreamDeletion() {
        holeBeforeSeven();
        apply(new Command.DeleteStream(1, 2, 1));
        assertThat(state.quarantines()).isEmpty();
        assertThat(state.retiredObjects()).hasSize(2);
        MetadataInvariants.check(state);
    }

    @Test
    void quarantineIsPartOfCheckpoint() {
        holeBeforeSeven();
        MetadataState read =
                CheckpointCodec.decode(StateMachineModelTest.bytes(CheckpointCodec.encode(state)), "checkpoint");
        assertThat(read.quarantines()).isEqualTo(state.quarantines());
    }

    private CommandResult apply(Command command) {
        UUID session = state.session(1) == null || command.nodeEpoch() < 2 && !(command instanceof Command.RegisterNode)
                ? SESSION
                : new UUID(8, 8);
        if (command instanceof Command.RegisterNode register) {
            session = register.session();
        }
        return machine.apply(state, new Batch(1, session, ++number, List.of(command)))
                .get(0);
    }

    private static Command commit(long epoch, long from, UploadedObject object) {
        return new Command.CommitUpload(1, epoch, from, position(from + 1), List.of(object), false);
    }

    private static CommittedPosition position(long sequence) {
        return new CommittedPosition(sequence, 1, sequence * 10, 0);
    }

    private static UploadedObject object(String key, UploadedRange range) {
        return new UploadedObject(key, 1000, List.of(range));
    }

    private static UploadedRange range(long start, long end) {
        return new UploadedRange(1, 1, start, end, 100, 7);
    }
}
