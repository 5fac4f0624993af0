package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Refused;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that is forgotten leaves nothing, and its epochs never come again. */
class RemoveNodeTest {

    private static final UUID ZOMBIE = new UUID(9, 2);

    private final StateMachine machine = new StateMachine();
    private MetadataState state = machine.initial(new UUID(1, 1));
    private long number;

    private CommandResult apply(UUID session, Command command) {
        CommandResult result = machine.apply(state, new Batch(command.nodeId(), session, ++number, List.of(command)))
                .get(0);
        MetadataInvariants.check(state);
        return result;
    }

    private long register(int node, UUID session) {
        return apply(session, new Command.RegisterNode(node, session, List.of()))
                .accepted()
                .value();
    }

    private CommandResult remove(int removed) {
        return apply(new UUID(9, 1), new Command.RemoveNode(1, 1, removed));
    }

    /** Node 2 has epoch 3. */
    @BeforeEach
    void register() {
        register(1, new UUID(9, 1));
        register(2, new UUID(8, 1));
        register(2, new UUID(8, 2));
        assertThat(register(2, ZOMBIE)).isEqualTo(3);
    }

    @Test
    void aRefusalNamesStreamsAndWalsWithTheRemedy() {
        apply(ZOMBIE, new Command.CreateStream(2, 3, "s", Map.of()));
        apply(ZOMBIE, new Command.OpenStream(2, 3, 1, 0));
        apply(ZOMBIE, new Command.OpenGeneration(2, 3, RandomBatches.descriptor(4), 1));
        assertThat(remove(2)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Kind.CONFLICT);
            assertThat(refused.message())
                    .contains("1 open streams", "stream=1", "1 WAL generations", "block:///tmp/wal", "takeOver(2)");
        });
    }

    @Test
    void theNodeItselfAndAnUnknownNodeAreRefused() {
        assertThat(((Refused) remove(1)).kind()).isEqualTo(Kind.INVALID);
        assertThat(((Refused) remove(3)).kind()).isEqualTo(Kind.INVALID);
    }

    @Test
    void aZombieStaysFencedBeforeAndAfterTheIdIsUsedAgain() {
        remove(2).accepted();
        assertThat(state.node(2)).isNull();
        assertZombieIsFenced();
        assertThat(register(2, new UUID(7, 7))).isEqualTo(4);
        assertZombieIsFenced();
    }

    private void assertZombieIsFenced() {
        CommandResult result = apply(ZOMBIE, new Command.CreateStream(2, 3, "late", Map.of()));
        assertThat(((Refused) result).kind()).isEqualTo(Kind.FENCED);
    }

    @Test
    void epochsOfARemovedNodeAreNotGivenAgainAfterACheckpoint() {
        remove(2).accepted();
        state = CheckpointCodec.decode(StateMachineModelTest.bytes(CheckpointCodec.encode(state)), "test");
        assertThat(state.nodeFloor()).isEqualTo(3);
        assertThat(register(5, new UUID(7, 5))).isEqualTo(4);
        assertThat(register(2, new UUID(7, 2))).isEqualTo(4);
        remove(5).accepted();
        assertThat(state.nodeFloor()).isEqualTo(4);
    }
}
