package io.s3stream.core.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.AlreadyExistsException;
import io.s3stream.api.errors.NodeEpochConflictException;
import io.s3stream.api.errors.StaleEpochException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.core.metadata.state.StateMachineModelTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The facts of a conflict reach the caller as numbers, also when the answer is read from a checkpoint. */
class ConflictFactsTest {

    private final StateMachine machine = new StateMachine();
    private final MetadataState state = machine.initial(new UUID(1, 1));
    private final UUID first = new UUID(2, 2);
    private final UUID second = new UUID(3, 3);

    private CommandResult apply(int node, UUID session, long number, Command command) {
        return machine.apply(state, new Batch(node, session, number, List.of(command)))
                .get(0);
    }

    /** Node 1 has stream 1 open at a caller's epoch 5, and stream 2 was open at a caller's epoch 9. */
    private void prepare() {
        apply(1, first, 1, new Command.RegisterNode(1, first, List.of()));
        apply(2, second, 1, new Command.RegisterNode(2, second, List.of()));
        apply(1, first, 2, new Command.CreateStream(1, 1, "orders", Map.of()));
        apply(1, first, 3, new Command.CreateStream(1, 1, "", Map.of()));
        assertThat(apply(1, first, 4, new Command.OpenStream(1, 1, 1, 5))).isInstanceOf(Accepted.class);
        assertThat(apply(1, first, 5, new Command.OpenStream(1, 1, 2, 9))).isInstanceOf(Accepted.class);
        assertThat(apply(1, first, 6, new Command.CloseStream(1, 1, 2, 1, 0, Optional.empty())))
                .isInstanceOf(Accepted.class);
    }

    /** The result as another process finds it in a checkpoint. */
    private CommandResult reread(CommandResult result) {
        MetadataState read = CheckpointCodec.decode(StateMachineModelTest.bytes(CheckpointCodec.encode(state)), "test");
        CommandResult remembered =
                read.entities().nodes.get(2).session().results().get(0);
        assertThat(remembered).isEqualTo(result);
        return remembered;
    }

    @Test
    void anOpenStreamNamesItsNode() {
        prepare();
        CommandResult result = apply(2, second, 2, new Command.OpenStream(2, 1, 1, 0));
        assertThatThrownBy(reread(result)::accepted)
                .isInstanceOfSatisfying(StreamOpenElsewhereException.class, conflict -> {
                    assertThat(conflict.streamId()).isEqualTo(1);
                    assertThat(conflict.nodeId()).isEqualTo(1);
                    assertThat(conflict.nodeEpoch()).isEqualTo(1);
                });
    }

    @Test
    void aDeletionOfAnOpenStreamNamesItsNode() {
        prepare();
        assertThatThrownBy(apply(2, second, 2, new Command.DeleteStream(2, 1, 1))::accepted)
                .isInstanceOf(StreamOpenElsewhereException.class);
    }

    @Test
    void anEpochThatIsTooLowNamesThePresentOne() {
        prepare();
        CommandResult result = apply(2, second, 2, new Command.OpenStream(2, 1, 2, 8));
        assertThatThrownBy(reread(result)::accepted).isInstanceOfSatisfying(StaleEpochException.class, conflict -> {
            assertThat(conflict.streamId()).isEqualTo(2);
            assertThat(conflict.requested()).isEqualTo(8);
            assertThat(conflict.current()).isEqualTo(9);
        });
    }

    @Test
    void aConditionalRegistrationNamesBothEpochsAndChangesNothing() {
        prepare();
        long before = state.sequence();
        UUID taker = new UUID(4, 4);
        CommandResult result = apply(1, taker, 1, new Command.RegisterNode(1, taker, List.of(), 7, Map.of()));
        assertThatThrownBy(result::accepted).isInstanceOfSatisfying(NodeEpochConflictException.class, conflict -> {
            assertThat(conflict.nodeId()).isEqualTo(1);
            assertThat(conflict.expected()).isEqualTo(7);
            assertThat(conflict.current()).isEqualTo(1);
        });
        assertThat(state.node(1).epoch()).isEqualTo(1);
        assertThat(apply(1, first, 7, new Command.Heartbeat(1, 1))).isInstanceOf(Accepted.class);
        assertThat(state.sequence()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aConditionalRegistrationIsAcceptedAtItsEpochAndRefusedForARemovedNode() {
        prepare();
        UUID taker = new UUID(4, 4);
        assertThat(apply(1, taker, 1, new Command.RegisterNode(1, taker, List.of(), 1, Map.of()))
                        .accepted()
                        .value())
                .isEqualTo(2);
        CommandResult unknown = apply(9, taker, 1, new Command.RegisterNode(9, taker, List.of(), 1, Map.of()));
        assertThatThrownBy(unknown::accepted)
                .isInstanceOf(NodeEpochConflictException.class)
                .hasMessageContaining("was removed");
        assertThat(state.node(9)).isNull();
    }

    @Test
    void aTakenNameNamesItsStream() {
        prepare();
        CommandResult result = apply(2, second, 2, new Command.CreateStream(2, 1, "orders", Map.of("k", "v")));
        assertThatThrownBy(reread(result)::accepted).isInstanceOfSatisfying(AlreadyExistsException.class, conflict -> {
            assertThat(conflict.name()).isEqualTo("orders");
            assertThat(conflict.streamId()).isEqualTo(1);
        });
    }
}
