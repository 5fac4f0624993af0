package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.core.metadata.codec.BatchCodec;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.log.RestoredStore;
import io.s3stream.layout.ObjectKeys;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests which objects an operator may release in a rebuilt store: objects older than the rebuild that the metadata do
 * not name [R42].
 */
class RetireObjectsTest {

    private static final UUID SESSION = new UUID(1, 2);
    private static final RebuildMark MARK = new RebuildMark(100, 500);
    private static final StoredObject NAMED = new StoredObject(ObjectKeys.data(1, 40, 3), 1000);
    private static final StoredObject UNNAMED = new StoredObject(ObjectKeys.data(1, 100, 4), 50);

    private final StateMachine machine = new StateMachine();
    private final MetadataState state = new RestoredStore(
                    UUID.randomUUID(),
                    Set.of(1),
                    MARK,
                    List.of(NAMED),
                    0,
                    List.of(new RestoredStore.RestoredStream(
                            1,
                            "s",
                            Map.of(),
                            1,
                            0,
                            false,
                            0,
                            List.of(new RangeList.Range(0, 10, 1, 900, 5)),
                            EpochList.EMPTY.with(1, 0))))
            .state();
    private long batch = 1;

    @BeforeEach
    void register() {
        CommandResult registered = apply(new Command.RegisterNode(1, SESSION, List.of()));
        assertThat(registered.accepted().value()).isEqualTo(101);
    }

    @Test
    void unnamedOlderObjectIsRetiredAndStaysNamedUntilDeleted() {
        assertThat(retire(UNNAMED)).isInstanceOf(CommandResult.Accepted.class);

        assertThat(state.retiredObjects()).extracting(ObjectMetadata::key).containsExactly(UNNAMED.key());
        MetadataInvariants.check(state);
        assertThat(((CommandResult.Refused) retire(UNNAMED)).kind()).isEqualTo(Kind.CONFLICT);
    }

    @Test
    void namedNewerOrForeignObjectIsRefused() {
        assertThat(((CommandResult.Refused) retire(NAMED)).kind()).isEqualTo(Kind.CONFLICT);
        assertThat(((CommandResult.Refused) retire(new StoredObject(ObjectKeys.data(1, 101, 0), 5))).kind())
                .isEqualTo(Kind.INVALID);
        assertThat(((CommandResult.Refused) retire(new StoredObject("data/foreign", 5))).kind())
                .isEqualTo(Kind.INVALID);
        assertThat(((CommandResult.Refused) retire(new StoredObject(UNNAMED.key(), -1))).kind())
                .isEqualTo(Kind.INVALID);
        assertThat(state.retiredObjects()).isEmpty();
    }

    @Test
    void storeWithoutRebuildReleasesNothing() {
        MetadataState fresh = machine.initial(UUID.randomUUID());
        machine.apply(fresh, new Batch(1, SESSION, 1, List.of(new Command.RegisterNode(1, SESSION, List.of()))));
        CommandResult result = machine.apply(
                        fresh, new Batch(1, SESSION, 2, List.of(new Command.RetireObjects(1, 1, List.of(UNNAMED)))))
                .get(0);
        assertThat(((CommandResult.Refused) result).kind()).isEqualTo(Kind.INVALID);
    }

    @Test
    void newNodeBeginsBehindMark() {
        UUID other = new UUID(3, 4);
        CommandResult result = machine.apply(
                        state, new Batch(9, other, 1, List.of(new Command.RegisterNode(9, other, List.of()))))
                .get(0);
        assertThat(result.accepted().value()).isEqualTo(101);
    }

    @Test
    void commandAndMarkAreReadAsWritten() {
        Batch written = new Batch(1, SESSION, 7, List.of(new Command.RetireObjects(1, 101, List.of(UNNAMED, NAMED))));
        assertThat(BatchCodec.decode(BatchCodec.encode(written), "test")).isEqualTo(written);

        byte[] checkpoint = StateMachineModelTest.bytes(CheckpointCodec.encode(state));
        MetadataState read = CheckpointCodec.decode(checkpoint, "test");
        assertThat(read.rebuildMark()).isEqualTo(MARK);
        assertThat(read.sequence()).isEqualTo(state.sequence()).isGreaterThan(MARK.sequence());
    }

    private CommandResult retire(StoredObject object) {
        return apply(new Command.RetireObjects(1, 101, List.of(object)));
    }

    private CommandResult apply(Command command) {
        return machine.apply(state, new Batch(1, SESSION, batch++, List.of(command)))
                .get(0);
    }
}
