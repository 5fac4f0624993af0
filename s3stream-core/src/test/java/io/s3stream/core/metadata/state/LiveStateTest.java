package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.log.CommandIntake;
import io.s3stream.core.metadata.log.MetadataClientTest;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.MetadataRules;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.core.metadata.log.Seeds;
import io.s3stream.core.metadata.log.TestRuntime;
import io.s3stream.core.metadata.log.TestStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The state of the process that wrote the log equals the state of every process that reads it [R36]. */
class LiveStateTest {

    private static final int COMMANDS = 300;

    @Test
    void liveStateEqualsReplayedStateAndCheckpoint_R36() {
        Seeds.forEach(10, seed -> new History(seed, new CommandIntake()).run());
    }

    @Test
    void applyingUnencodedCommandIsCaught_R36() {
        CommandIntake broken = new CommandIntake() {
            @Override
            public Command admit(Command command) {
                return command;
            }
        };
        assertThatThrownBy(() -> Seeds.forEach(10, seed -> new History(seed, broken).run()))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void limitsAreNamedAndExact_R36() {
        CommandIntake intake = new CommandIntake();
        assertRefused(intake, create(null, Map.of()), "name=null");
        assertRefused(intake, create("a\ud800b", Map.of()), "unpaired surrogate U+D800 at index 1");
        assertRefused(intake, create("a\nb", Map.of()), "control character U+000A at index 1");
        assertRefused(intake, create("x".repeat(CreateOptions.MAX_NAME_BYTES + 1), Map.of()), "1025 bytes");
        assertRefused(intake, create("é".repeat(CreateOptions.MAX_NAME_BYTES / 2) + "x", Map.of()), "1025 bytes");
        assertRefused(intake, create("a", Map.of("k", "\udc00")), "a tag's value: has an unpaired surrogate");
        assertRefused(intake, create("a", Map.of("k", "x".repeat(CreateOptions.MAX_TAG_BYTES))), "tags: 16385 bytes");
        assertRefused(intake, new Command.OpenStream(1, 1, 1, OpenOptions.MAX_EPOCH + 1), "epoch=");
        for (Command good : List.of(
                create("é".repeat(CreateOptions.MAX_NAME_BYTES / 2), Map.of()),
                create("\ud83d\ude00", Map.of("", "\n")),
                create("a", Map.of("k", "x".repeat(CreateOptions.MAX_TAG_BYTES - 1))),
                new Command.OpenStream(1, 1, 1, OpenOptions.MAX_EPOCH))) {
            assertThat(intake.admit(good)).isEqualTo(good);
        }
    }

    @Test
    void commandWithFailingRuleIsRefusedAlone() {
        StateMachine machine = new StateMachine(
                new RangeJudge() {
                    @Override
                    protected Verdict judge(StreamMetadata stream, UploadedObject.UploadedRange range) {
                        throw new IllegalStateException("a rule with a fault");
                    }
                },
                new SessionResults());
        MetadataState state = machine.initial(new UUID(1, 1));
        UUID session = new UUID(2, 2);
        machine.apply(state, new Batch(1, session, 1, List.of(new Command.RegisterNode(1, session, List.of()))));
        UploadedObject object =
                new UploadedObject("data/1", 10, List.of(new UploadedObject.UploadedRange(1, 1, 0, 1, 10, 0)));
        List<CommandResult> results = machine.apply(
                state,
                new Batch(
                        1,
                        session,
                        2,
                        List.of(
                                create("a", Map.of()),
                                new Command.CommitUpload(
                                        1, 1, 0, new CommittedPosition(1, 1, 1, 1), List.of(object), false),
                                create("b", Map.of()))));
        assertThat(results.get(0)).isEqualTo(new Accepted(1, List.of()));
        assertThat(results.get(1))
                .isEqualTo(new CommandResult.Refused(
                        StreamException.Kind.INTERNAL, "the rule for the command failed: IllegalStateException"));
        assertThat(results.get(2)).isEqualTo(new Accepted(2, List.of()));
        assertThat(state.objects()).isEmpty();
    }

    private static Command create(String name, Map<String, String> tags) {
        return new Command.CreateStream(1, 1, name, tags);
    }

    private static void assertRefused(CommandIntake intake, Command command, String message) {
        assertThatThrownBy(() -> intake.admit(command))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(message);
    }

    /**
     * Submits hostile commands between good ones, through a client whose log is folded and through a client whose log
     * is not.
     */
    private static final class History {

        private final TestRuntime runtime;
        private final TestStore store;
        private final HostileCommands commands;
        private final CommandIntake intake;
        private final MetadataSettings settings;

        History(long seed, CommandIntake intake) {
            this.runtime = new TestRuntime(seed);
            this.store = new TestStore(runtime);
            this.commands = new HostileCommands(runtime.random());
            this.intake = intake;
            this.settings =
                    MetadataClientTest.settings(400, seed % 2 == 0 ? 1000 : Integer.MAX_VALUE / 8, Duration.ofHours(1));
        }

        void run() {
            MetadataClient client = open();
            runtime.await(client.submit(new Command.RegisterNode(1, new UUID(1, 1), List.of())));
            Map<Long, String> created = new HashMap<>();
            List<CompletableFuture<Accepted>> answers = new ArrayList<>();
            for (int i = 0; i < COMMANDS; i++) {
                commands.next().ifPresent(command -> answers.add(client.submit(command)));
                if (i % 10 == 0) {
                    String name = "good" + i;
                    created.put(
                            runtime.await(client.submit(create(name, Map.of()))).value(), name);
                }
            }
            answers.forEach(this::assertAnswered);
            assertThat(client.stopped()).isNotDone();
            MetadataState live = ((LiveView) client.view()).state();
            MetadataInvariants.check(live);
            created.forEach((id, name) -> assertThat(
                            live.stream(id) == null || live.stream(id).name().equals(name))
                    .isTrue());
            byte[] checkpoint = StateMachineModelTest.bytes(CheckpointCodec.encode(live));
            MetadataState replayed = ((LiveView) open().view()).state();
            assertThat(ModelState.describe(replayed)).isEqualTo(ModelState.describe(live));
            assertThat(StateMachineModelTest.bytes(CheckpointCodec.encode(replayed)))
                    .isEqualTo(checkpoint);
            MetadataState restored = CheckpointCodec.decode(checkpoint, "test");
            assertThat(ModelState.describe(restored)).isEqualTo(ModelState.describe(live));
            assertThat(StateMachineModelTest.bytes(CheckpointCodec.encode(restored)))
                    .isEqualTo(checkpoint);
            for (StreamMetadata stream : live.streams("")) {
                if (!stream.name().isEmpty()) {
                    assertThat(live.findStream(stream.name())).contains(stream);
                    assertThat(replayed.findStream(stream.name())).contains(stream);
                }
            }
        }

        private MetadataClient open() {
            return runtime.await(MetadataClients.open(
                    runtime,
                    store.storage(),
                    store.register(),
                    settings,
                    new MetadataRules(new StateMachine(), intake, new ChainRule())));
        }

        private void assertAnswered(CompletableFuture<Accepted> answer) {
            try {
                runtime.await(answer);
            } catch (StreamException refused) {
                assertThat(refused.kind())
                        .isIn(
                                StreamException.Kind.INVALID,
                                StreamException.Kind.CONFLICT,
                                StreamException.Kind.NOT_FOUND);
            }
        }
    }
}
