package io.s3stream.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.MetadataWatch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.log.MetadataClientTest;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.TestRuntime;
import io.s3stream.core.metadata.log.TestStore;
import io.s3stream.core.metadata.state.LiveView;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.stream.CommitWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Node 2 watches its own commits and those of node 1. */
class MetadataFeedTest {

    private final TestRuntime runtime = new TestRuntime(1);
    private final TestStore store = new TestStore(runtime);
    private final MetadataClient writer = registered(1);
    private final MetadataClient own = registered(2);
    private final CountingMetadata metadata = new CountingMetadata(own);
    private final MetadataFeed feed = new MetadataFeed(
            runtime,
            runtime.serialContext("list"),
            metadata,
            new CommitWatch(runtime, metadata::refresh),
            FrozenSnapshot::new);
    private final List<MetadataUpdate> updates = new ArrayList<>();

    private MetadataClient registered(int node) {
        MetadataClient client = runtime.await(MetadataClients.open(
                runtime,
                store.storage(),
                store.register(),
                MetadataClientTest.settings(8 << 10, 300, Duration.ofHours(5))));
        runtime.await(client.submit(new Command.RegisterNode(node, new UUID(node, 7), List.of())));
        return client;
    }

    private long create(MetadataClient client, int node, String name) {
        return runtime.await(client.submit(new Command.CreateStream(node, 1, name, Map.of())))
                .value();
    }

    private FrozenMetadata snapshot() {
        runtime.await(metadata.refresh());
        MetadataSnapshot snapshot = runtime.await(feed.snapshot());
        return ((FrozenSnapshot) snapshot).metadata();
    }

    private boolean isRecorded() {
        Boolean isRecorded = runtime.await(own.between(state -> state.takeChanges() != null));
        return isRecorded;
    }

    private void pass() {
        runtime.runFor(Duration.ofSeconds(5));
    }

    @Test
    void aSecondSnapshotLooksUpTheChangedStreamsOnly() {
        IntStream.range(0, 500).forEach(i -> create(writer, 1, "s" + i));
        FrozenMetadata first = snapshot();
        assertThat(first.stream(500)).isNotNull();
        assertThat(metadata.visitsOfAll).isEqualTo(1);
        metadata.lookUps = 0;
        long id = create(writer, 1, "one more");
        FrozenMetadata second = snapshot();
        assertThat(second.findStream("one more")).isNotNull();
        assertThat(first.stream(id)).isNull();
        assertThat(metadata.visitsOfAll).isEqualTo(1);
        assertThat(metadata.lookUps).isBetween(1, 5);
    }

    @Test
    void aSnapshotIsReleasedAMinuteAfterTheLastCall() {
        snapshot();
        assertThat(isRecorded()).isTrue();
        runtime.runFor(Duration.ofSeconds(70));
        assertThat(isRecorded()).isFalse();
        snapshot();
        assertThat(metadata.visitsOfAll).isEqualTo(2);
    }

    @Test
    void allWatchesMakeOneRequestInAnIntervalAndNoneWhenClosed() {
        runtime.runFor(Duration.ofSeconds(10));
        assertThat(metadata.refreshes).isZero();
        List<MetadataWatch> watches = IntStream.range(0, 20)
                .mapToObj(i -> feed.watch("", updates::add))
                .toList();
        runtime.runFor(Duration.ofSeconds(10));
        assertThat(updates).hasSize(20);
        assertThat(metadata.refreshes).isBetween(30, 50);
        watches.forEach(MetadataWatch::close);
        runtime.runFor(Duration.ofSeconds(1));
        int before = metadata.refreshes;
        runtime.runFor(Duration.ofSeconds(10));
        assertThat(metadata.refreshes).isEqualTo(before);
    }

    @Test
    void ownCommitsAreToldWithoutARequest() {
        metadata.isUnreachable = true;
        feed.watch("", updates::add);
        pass();
        updates.clear();
        long id = create(own, 2, "mine");
        runtime.runFor(Duration.ofMillis(50));
        assertThat(updates).singleElement().satisfies(update -> {
            assertThat(update.created()).containsExactly(id);
            assertThat(update.snapshot().version()).isEqualTo(own.view().sequence());
        });
    }

    /** The process was out of reach for so long that it reads a checkpoint. No batch names the changed streams. */
    @Test
    void changesInsideOfACheckpointAreTold() {
        long kept = create(writer, 1, "a.kept");
        long renamed = create(writer, 1, "a.renamed");
        long deleted = create(writer, 1, "a.deleted");
        feed.watch("a.", updates::add);
        pass();
        updates.clear();
        MetadataState before = ((LiveView) own.view()).state();
        metadata.isUnreachable = true;
        Set<Long> created = Set.copyOf(IntStream.range(0, 300)
                .mapToObj(i -> create(writer, 1, "a." + i))
                .toList());
        runtime.await(writer.submit(new Command.CommitChanges(
                1,
                1,
                List.of(
                        new Command.RenameStream(1, 1, renamed, "a.renamed", "b.renamed"),
                        new Command.DeleteStream(1, 1, deleted),
                        new Command.UpdateTags(1, 1, kept, Map.of(), Map.of("k", "v"))))));
        IntStream.range(0, 300).forEach(i -> create(writer, 1, "b." + i));
        pass();
        assertThat(updates).isEmpty();
        metadata.isUnreachable = false;
        pass();
        assertThat(((LiveView) own.view()).state())
                .as("the state of the checkpoint")
                .isNotSameAs(before);
        assertThat(updates).singleElement().satisfies(update -> {
            assertThat(update.created()).isEqualTo(created);
            assertThat(update.changed()).containsExactly(kept);
            assertThat(update.deleted()).containsExactlyInAnyOrder(renamed, deleted);
            assertThat(update.isComplete()).isTrue();
        });
    }

    @Test
    void aSnapshotThatFailsLosesNoChange() {
        feed.watch("", updates::add);
        pass();
        updates.clear();
        metadata.failures = 1;
        long first = create(own, 2, "first");
        runtime.runFor(Duration.ofMillis(50));
        assertThat(updates).as("the ids were taken, and the heap was full").isEmpty();
        long second = create(writer, 1, "second");
        pass();
        assertThat(updates.stream().flatMap(update -> update.created().stream()))
                .containsExactlyInAnyOrder(first, second);
        assertThat(own.stopped()).isNotDone();
    }

    @Test
    void theEndOfTheStoreEndsWatchesAndPendingSnapshots() {
        feed.watch("", updates::add);
        pass();
        updates.clear();
        StoreClosedException reason = new StoreClosedException("closed");
        feed.end(reason);
        CompletableFuture<MetadataSnapshot> late = feed.snapshot();
        create(own, 2, "late");
        pass();
        assertThat(updates).isEmpty();
        assertThatThrownBy(late::join).isInstanceOf(CompletionException.class).hasCause(reason);
        int before = metadata.refreshes;
        pass();
        assertThat(metadata.refreshes).isEqualTo(before);
        feed.watch("", updates::add);
        pass();
        assertThat(updates).isEmpty();
    }
}
