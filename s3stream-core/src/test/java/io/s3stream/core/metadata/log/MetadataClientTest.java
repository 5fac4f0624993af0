package io.s3stream.core.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.log.TestStore.Fate;
import io.s3stream.core.metadata.state.LiveView;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.ModelState;
import io.s3stream.core.metadata.state.StateMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

public class MetadataClientTest {

    private final TestRuntime runtime = new TestRuntime(1);
    private final TestStore store = new TestStore(runtime);

    public static MetadataSettings settings(int inlineBytes, int segmentBytes, Duration giveUp) {
        return new MetadataSettings(
                inlineBytes,
                segmentBytes,
                2,
                Duration.ofSeconds(60),
                new MetadataSettings.Patience(
                        giveUp, Duration.ofHours(2), Duration.ofMillis(10), Duration.ofSeconds(1)));
    }

    private static final MetadataSettings PATIENT = settings(8 << 10, 300, Duration.ofHours(5));

    private MetadataClient open(MetadataSettings settings) {
        return runtime.await(MetadataClients.open(runtime, store.storage(), store.register(), settings));
    }

    private MetadataClient registered(int node) {
        MetadataClient client = open(PATIENT);
        runtime.await(client.submit(register(node)));
        return client;
    }

    private Command register(int node) {
        return new Command.RegisterNode(node, new UUID(node, runtime.random().nextLong()), List.of());
    }

    private static Command create(int node, String name) {
        return new Command.CreateStream(node, 1, name, Map.of());
    }

    /** Too long for the head. */
    private static Command large(String name) {
        return new Command.CreateStream(1, 1, name, Map.of("tag", "x".repeat(15_000)));
    }

    private void createMany(MetadataClient client, int node, int count) {
        for (int i = 0; i < count; i++) {
            runtime.await(client.submit(create(node, "")));
        }
    }

    @Test
    void clientReadsCommitsOfOtherClient() {
        MetadataClient first = registered(1);
        Accepted created = runtime.await(first.submit(create(1, "a")));
        MetadataClient second = open(PATIENT);
        assertThat(second.view().findStream("a").orElseThrow().id()).isEqualTo(created.value());
        assertThat(second.view().storeId()).isEqualTo(first.view().storeId());
        assertThat(second.view().sequence()).isEqualTo(2);
    }

    /** Such as the closes of many streams whose data are uploaded together. */
    @Test
    void commandsOfABurstShareOneCommit() {
        MetadataClient client = registered(1);
        store.requests.clear();
        List<CompletableFuture<Accepted>> created = IntStream.range(0, 3)
                .mapToObj(i -> client.submit(create(1, "")))
                .toList();
        created.forEach(runtime::await);
        assertThat(store.requests).filteredOn("cas"::equals).hasSize(1);
    }

    @Test
    void twoConcurrentCreatorsOfHeadShareOneStore() {
        var first = MetadataClients.open(runtime, store.storage(), store.register(), PATIENT);
        var second = MetadataClients.open(runtime, store.storage(), store.register(), PATIENT);
        assertThat(runtime.await(first).view().storeId())
                .isEqualTo(runtime.await(second).view().storeId());
    }

    @Test
    void idleClientMakesNoRequests_L29() {
        MetadataClient client = registered(1);
        createMany(client, 1, 50);
        runtime.runFor(Duration.ofMinutes(5));
        int before = store.requests.size();
        runtime.runFor(Duration.ofHours(10));
        assertThat(store.requests).hasSize(before);
        assertThat(runtime.pending()).isZero();
    }

    @Test
    void commandsSubmittedTogetherCostOneCompareAndSet() {
        MetadataClient client = registered(1);
        store.requests.clear();
        List<CompletableFuture<Accepted>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(client.submit(create(1, "s" + i)));
        }
        answers.forEach(runtime::await);
        assertThat(store.requests.stream().filter("cas"::equals)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void refusedCommandLeavesOtherCommandsApplied() {
        MetadataClient client = registered(1);
        List<CommandResult> results = runtime.await(client.submitAll(
                List.of(create(1, "a"), new Command.OpenStream(1, 1, 77, 0), new Command.OpenStream(1, 1, 1, 0))));
        assertThat(results.get(0)).isInstanceOf(Accepted.class);
        assertThat(results.get(1)).isInstanceOf(CommandResult.Refused.class);
        assertThat(results.get(2)).isEqualTo(new Accepted(1, List.of()));
        assertThatThrownBy(() -> runtime.await(client.submit(new Command.OpenStream(1, 1, 1, 0))))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("node 1");
    }

    @Test
    void refusalUsesNewestState() {
        MetadataClient first = registered(1);
        MetadataClient second = registered(2);
        runtime.await(first.submit(create(1, "a")));
        assertThat(runtime.await(second.submit(new Command.OpenStream(2, 1, 1, 0)))
                        .value())
                .isEqualTo(1);
    }

    @Test
    void lostResponseIsRecognised_R16() {
        MetadataClient client = registered(1);
        store.casFates.add(Fate.LOST);
        assertThat(runtime.await(client.submit(create(1, ""))).value()).isEqualTo(1);
        assertThat(client.view().streams("")).hasSize(1);
    }

    @Test
    void lostRegistrationIsRecognised_R16() {
        MetadataClient client = open(PATIENT);
        store.casFates.add(Fate.LOST);
        assertThat(runtime.await(client.submit(register(1))).value()).isEqualTo(1);
        runtime.await(client.refresh());
        assertThat(client.view().node(1).epoch()).isEqualTo(1);
    }

    @Test
    void lostResponseIsRecognisedAfterOthersFoldedBatch_R16() {
        MetadataClient client = registered(1);
        MetadataClient other = registered(2);
        runtime.await(client.refresh());
        store.casFates.add(Fate.HELD_AND_LOST);
        var answer = client.submitAll(List.of(create(1, ""), new Command.OpenStream(1, 1, 99, 0), create(1, "")));
        runtime.runFor(Duration.ofSeconds(1));
        createMany(other, 2, 200);
        runtime.runFor(Duration.ofMinutes(5));
        Head head = HeadCodec.decode(store.head(), "test");
        assertThat(head.checkpointed()).isGreaterThan(20);
        List<CommandResult> results = runtime.await(answer);
        assertThat(results.get(0)).isEqualTo(new Accepted(1, List.of()));
        assertThat(results.get(1)).isInstanceOf(CommandResult.Refused.class);
        assertThat(results.get(2)).isEqualTo(new Accepted(2, List.of()));
        assertThat(client.view().streams("")).hasSize(202);
    }

    @Test
    void lateCompareAndSetIsNotAppliedTwice_R16() {
        MetadataClient client = registered(1);
        for (int i = 0; i < 50; i++) {
            store.casFates.add(Fate.LATE);
            runtime.await(client.submit(create(1, "")));
            runtime.runFor(Duration.ofSeconds(20));
        }
        assertThat(open(PATIENT).view().streams("")).hasSize(50);
    }

    @Test
    void concurrentCommitsAllSucceed() {
        List<CompletableFuture<Accepted>> answers = new ArrayList<>();
        for (int node = 1; node <= 4; node++) {
            MetadataClient client = registered(node);
            for (int i = 0; i < 30; i++) {
                answers.add(client.submit(create(node, "")));
            }
        }
        assertThat(answers.stream().map(runtime::await).map(Accepted::value).distinct())
                .hasSize(120);
    }

    @Test
    void largeBatchGoesIntoObject_R19() {
        MetadataClient client = registered(1);
        runtime.await(client.submit(large("xxx")));
        assertThat(store.objects.keySet()).singleElement().asString().startsWith("meta/batch/");
        assertThat(store.head().length).isLessThan(1000);
        assertThat(open(PATIENT).view().streams("xxx")).hasSize(1);
    }

    @Test
    void headStaysSmallAndReplacedObjectsAreDeleted_R21() {
        MetadataClient client = registered(1);
        for (int i = 0; i < 300; i++) {
            runtime.await(client.submit(i % 20 == 0 ? large("n" + i) : create(1, "n" + i)));
        }
        assertThat(store.largestHead).isLessThan(5000);
        assertThat(runtime.steps()).contains("metadata.segment.put.done", "metadata.checkpoint.put.done");
        runtime.runFor(Duration.ofMinutes(10));
        Head head = HeadCodec.decode(store.head(), "test");
        List<String> left = new ArrayList<>(store.objects.keySet());
        left.removeAll(head.keys());
        assertThat(left)
                .as("at most the objects that the next commit will name")
                .hasSizeLessThanOrEqualTo(1);
        assertThat(open(PATIENT).view().streams("n")).hasSize(300);
    }

    @Test
    void readerOfOldHeadReloads_R20() {
        MetadataClient writer = registered(1);
        createMany(writer, 1, 100);
        store.readFates.add(Fate.HELD);
        var opening = MetadataClients.open(runtime, store.storage(), store.register(), PATIENT);
        runtime.runFor(Duration.ofSeconds(1));
        createMany(writer, 1, 100);
        runtime.runFor(Duration.ofMinutes(10));
        assertThat(runtime.await(opening).view().streams("")).hasSize(200);
    }

    @Test
    void missingNamedObjectIsCorruption_R20() {
        createMany(registered(1), 1, 200);
        String key =
                HeadCodec.decode(store.head(), "test").checkpoint().object().key();
        store.objects.remove(key);
        assertThatThrownBy(() -> open(PATIENT))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining(key);
    }

    @Test
    void nodeThatWasRegisteredAgainIsFenced() {
        MetadataClient old = registered(1);
        MetadataClient fresh = open(PATIENT);
        assertThat(runtime.await(fresh.submit(register(1))).value()).isEqualTo(2);
        assertThatThrownBy(() -> runtime.await(old.submit(create(1, "a")))).isInstanceOf(FencedException.class);
        assertThat(runtime.await(old.stopped())).isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> runtime.await(old.submit(create(1, "a")))).isInstanceOf(FencedException.class);
        assertThat(fresh.stopped()).isNotDone();
    }

    @Test
    void refreshNoticesFence() {
        MetadataClient old = registered(1);
        runtime.await(open(PATIENT).submit(register(1)));
        runtime.await(old.refresh());
        assertThat(runtime.await(old.stopped())).isInstanceOf(FencedException.class);
    }

    @Test
    void clientMayTakeOverOtherNode() {
        MetadataClient dead = registered(2);
        runtime.await(dead.submit(create(2, "a")));
        runtime.await(dead.submit(new Command.OpenStream(2, 1, 1, 0)));
        MetadataClient client = registered(1);
        runtime.await(client.submit(register(2)));
        runtime.await(client.submit(new Command.CommitUpload(2, 2, 0, CommittedPosition.NONE, List.of(), true)));
        assertThat(runtime.await(client.submit(new Command.OpenStream(1, 1, 1, 0)))
                        .value())
                .isEqualTo(2);
        assertThat(client.stopped()).isNotDone();
    }

    /**
     * The client sometimes pauses between two batches. Its next command may then belong to a node that it lost during
     * the pause.
     */
    @Test
    void commandOfLostNodeDoesNotDelayNext() {
        MetadataClient client = registered(1);
        for (int i = 0; i < 20; i++) {
            var lost = client.submit(create(2, ""));
            var next = client.submit(create(1, ""));
            assertThatThrownBy(() -> runtime.await(lost)).isInstanceOf(FencedException.class);
            runtime.await(next);
        }
    }

    @Test
    void clientStopsAfterItsPatienceAndRefusesCommands() {
        MetadataClient client = open(settings(16 << 10, 300, Duration.ofSeconds(30)));
        store.trouble = 100;
        for (int i = 0; i < 1000; i++) {
            store.casFates.add(Fate.FAILS);
        }
        assertThatThrownBy(() -> runtime.await(client.submit(register(1)))).isInstanceOf(StorageException.class);
        assertThat(runtime.await(client.stopped())).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> runtime.await(client.submit(register(1)))).isInstanceOf(StorageException.class);
        int requests = store.requests.size();
        runtime.runFor(Duration.ofHours(1));
        assertThat(store.requests).hasSize(requests);
        assertThat(runtime.nanoTime()).isLessThan(Duration.ofHours(2).toNanos());
    }

    @Test
    void closeFailsPendingCommandsAndLeavesNoTimer() {
        MetadataClient client = registered(1);
        var answer = client.submit(create(1, "a"));
        var refreshed = client.refresh();
        client.close();
        assertThatThrownBy(() -> runtime.await(answer)).isInstanceOf(StoreClosedException.class);
        assertThatThrownBy(() -> runtime.await(refreshed)).isInstanceOf(StoreClosedException.class);
        runtime.runFor(Duration.ofSeconds(5));
        assertThat(runtime.pending()).isZero();
    }

    @Test
    void newerMinimumVersionStopsNode_R16() {
        MetadataClient client = registered(1);
        Head head = HeadCodec.decode(store.head(), "test");
        store.head(HeadCodec.encode(new Head(2, head.storeId(), null, head.segments(), head.tailStart(), head.tail())));
        assertThatThrownBy(() -> runtime.await(client.submit(create(1, "a"))))
                .isInstanceOf(StreamException.class)
                .hasMessageContaining("upgraded");
        assertThatThrownBy(() -> open(PATIENT)).hasMessageContaining("upgraded");
    }

    @Test
    void anyChangedByteOfAnyObjectIsDetected() {
        MetadataClient client = registered(1);
        for (int i = 0; i < 60; i++) {
            runtime.await(client.submit(create(1, "n" + i)));
        }
        runtime.await(client.submit(large("last")));
        String expected = ModelState.describe(stateOf(store));
        Head head = HeadCodec.decode(store.head(), "test");
        assertThat(head.checkpoint()).isNotNull();
        for (int i = 0; i < store.head().length; i++) {
            byte[] original = store.head();
            store.head(changed(original, i));
            assertThatThrownBy(() -> open(PATIENT)).isInstanceOf(CorruptedDataException.class);
            store.head(original);
        }
        for (String key : head.keys()) {
            byte[] original = store.objects.get(key);
            for (int i = 0; i < original.length; i += 1 + original.length / 500) {
                store.objects.put(key, changed(original, i));
                assertThatThrownBy(() -> open(PATIENT))
                        .isInstanceOf(CorruptedDataException.class)
                        .hasMessageContaining(key);
            }
            store.objects.put(key, original);
        }
        assertThat(ModelState.describe(stateOf(store))).isEqualTo(expected);
    }

    private MetadataState stateOf(TestStore from) {
        StateMachine machine = new StateMachine();
        MetadataView view = runtime.await(MetadataClients.open(
                        runtime, from.storage(), from.register(), PATIENT, MetadataRules.of(machine)))
                .view();
        return ((LiveView) view).state();
    }

    private static byte[] changed(byte[] bytes, int index) {
        byte[] copy = bytes.clone();
        copy[index] ^= (byte) (1 << (index % 8));
        return copy;
    }
}
