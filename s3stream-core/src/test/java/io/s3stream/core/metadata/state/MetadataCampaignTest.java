package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.MetadataRules;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.core.metadata.log.Seeds;
import io.s3stream.core.metadata.log.TestRuntime;
import io.s3stream.core.metadata.log.TestStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Several nodes create streams and commit over a store that loses, delays and repeats requests. Some nodes are killed
 * and return.
 */
class MetadataCampaignTest {

    private static final int NODES = 3;

    @Test
    void everyCommandTakesEffectOnceOrNever_R16() {
        Seeds.forEach(6, seed -> new History(seed, StateMachine::new).run());
    }

    @Test
    void sameSeedMakesSameRequests() {
        History first = new History(7, StateMachine::new);
        first.run();
        History second = new History(7, StateMachine::new);
        second.run();
        assertThat(second.store.requests).isEqualTo(first.store.requests);
        assertThat(second.runtime.steps()).isEqualTo(first.runtime.steps());
        assertThat(second.store.head()).isEqualTo(first.store.head());
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
                        10, seed -> new History(seed, () -> new StateMachine(new RangeJudge(), broken)).run()))
                .isInstanceOf(AssertionError.class);
    }

    private static final class History {

        private final TestRuntime runtime;
        private final TestStore store;
        private final Random random;
        private final Supplier<StateMachine> machine;
        private final MetadataSettings settings = new MetadataSettings(
                400,
                1000,
                2,
                Duration.ofSeconds(2),
                new MetadataSettings.Patience(
                        Duration.ofMinutes(30), Duration.ofSeconds(10), Duration.ofMillis(10), Duration.ofSeconds(1)));
        private final Map<Integer, Worker> workers = new TreeMap<>();
        /** Markers of created streams: true when the creation was confirmed, false while unknown. */
        private final Map<String, Boolean> marks = new TreeMap<>();

        private final Map<Integer, Long> confirmed = new TreeMap<>();

        History(long seed, Supplier<StateMachine> machine) {
            this.runtime = new TestRuntime(seed);
            this.store = new TestStore(runtime);
            this.random = runtime.random();
            this.machine = machine;
        }

        void run() {
            store.trouble = random.nextInt(4) * 10;
            for (int node = 1; node <= NODES; node++) {
                workers.put(node, new Worker(node));
            }
            for (int round = 0; round < 60; round++) {
                runtime.runFor(Duration.ofMillis(random.nextInt(300)));
                int node = 1 + random.nextInt(NODES);
                // A node that still tries to register could do so after its successor, and would rightly fence it.
                if (round < 45 && random.nextInt(12) == 0 && workers.get(node).epoch > 0) {
                    Worker killed = workers.put(node, new Worker(node));
                    if (random.nextBoolean()) {
                        killed.client.close();
                    }
                }
                if (random.nextInt(10) == 0) {
                    runtime.runFor(Duration.ofSeconds(4));
                }
            }
            workers.values().forEach(worker -> worker.resting = true);
            store.trouble = 0;
            runtime.runFor(Duration.ofHours(2));
            check();
        }

        private void check() {
            MetadataClient fresh = runtime.await(open());
            MetadataState state = ((LiveView) fresh.view()).state();
            MetadataInvariants.check(state);
            Map<String, Integer> found = new TreeMap<>();
            state.streams("").forEach(stream -> found.merge(stream.tags().get("mark"), 1, Integer::sum));
            found.forEach(
                    (mark, times) -> assertThat(times).as("stream %s", mark).isEqualTo(1));
            marks.forEach((mark, sure) -> {
                if (sure) {
                    assertThat(found).as("a confirmed stream").containsKey(mark);
                }
            });
            confirmed.forEach((node, sequence) ->
                    assertThat(state.node(node).committed().sequence()).isGreaterThanOrEqualTo(sequence));
            byte[] expected = StateMachineModelTest.bytes(CheckpointCodec.encode(state));
            for (Worker worker : workers.values()) {
                assertThat(worker.client.stopped()).as("node %d", worker.node).isNotDone();
                assertThat(worker.done)
                        .as("completed operations of node %d", worker.node)
                        .isPositive();
                runtime.await(worker.client.refresh());
                assertThat(StateMachineModelTest.bytes(
                                CheckpointCodec.encode(((LiveView) worker.client.view()).state())))
                        .isEqualTo(expected);
            }
        }

        private java.util.concurrent.CompletableFuture<MetadataClient> open() {
            return MetadataClients.open(
                    runtime, store.storage(), store.register(), settings, MetadataRules.of(machine.get()));
        }

        /** A node's process: registers, then keeps a few submissions in flight. */
        private final class Worker {

            private final int node;
            private MetadataClient client;
            private long epoch;
            private boolean resting;
            private int done;

            Worker(int node) {
                this.node = node;
                this.client = runtime.await(open());
                UUID session = new UUID(random.nextLong(), random.nextLong());
                client.submit(new Command.RegisterNode(node, session, List.of()))
                        .whenComplete((accepted, failure) -> {
                            if (accepted != null) {
                                epoch = accepted.value();
                                work();
                                work();
                            }
                        });
            }

            private void work() {
                if (resting) {
                    return;
                }
                List<Command> commands = new ArrayList<>();
                String mark = node + "-" + random.nextLong() + "x".repeat(random.nextInt(10) == 0 ? 500 : 0);
                marks.put(mark, false);
                commands.add(new Command.CreateStream(node, epoch, "", Map.of("mark", mark)));
                long committed = client.view().node(node).committed().sequence();
                CommittedPosition to = new CommittedPosition(committed + 1, 1, 1, 1);
                commands.add(new Command.CommitUpload(node, epoch, committed, to, List.of(), false));
                commands.add(new Command.OpenStream(node, epoch, 1 + random.nextInt(5), 0));
                client.submitAll(commands).whenComplete((results, failure) -> {
                    if (results == null || !(results.get(0) instanceof Accepted)) {
                        return;
                    }
                    marks.put(mark, true);
                    done++;
                    if (results.get(1) instanceof Accepted) {
                        Long before = confirmed.put(node, to.sequence());
                        assertThat(before == null ? 0 : before).isLessThan(to.sequence());
                    }
                    runtime.after(random.nextInt(400_000_000), this::work);
                });
            }
        }
    }
}
