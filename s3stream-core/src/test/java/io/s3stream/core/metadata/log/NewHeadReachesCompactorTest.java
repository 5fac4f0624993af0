package io.s3stream.core.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.log.TestStore.Fate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests each way in which a client learns of a new head. The client has written a segment, and another client was
 * faster, so that no head will name the segment. The compactor deletes it as soon as the new head reaches it.
 */
class NewHeadReachesCompactorTest {

    private static final MetadataSettings SETTINGS = MetadataClientTest.settings(200, 300, Duration.ofHours(5));
    private static final Duration AFTER_GRACE = SETTINGS.grace().plusSeconds(10);

    private final TestRuntime runtime = new TestRuntime(5);
    private final TestStore store = new TestStore(runtime);
    private MetadataClient other;
    private MetadataClient client;
    private String segment;

    @BeforeEach
    void openClients() {
        other = registered(2);
        client = registered(1);
    }

    private void otherClientFoldsFirst() {
        while (unnamed().isEmpty()) {
            commit(client, 1);
        }
        segment = unnamed().first();
        long tailStart = head().tailStart();
        while (head().tailStart() == tailStart) {
            commit(other, 2);
        }
        assertThat(segment).startsWith("meta/segment/");
        assertThat(head().keys()).isNotEmpty().doesNotContain(segment);
        runtime.runFor(AFTER_GRACE);
        runtime.steps().clear();
    }

    private MetadataClient registered(int node) {
        MetadataClient opened =
                runtime.await(MetadataClients.open(runtime, store.storage(), store.register(), SETTINGS));
        runtime.await(opened.submit(new Command.RegisterNode(node, new UUID(node, 7), List.of())));
        return opened;
    }

    private static Command create(int node) {
        return new Command.CreateStream(node, 1, "", Map.of());
    }

    /** Commits one command, and lets a folding that it began end. */
    private void commit(MetadataClient by, int node) {
        runtime.await(by.submit(create(node)));
        runtime.runFor(Duration.ofSeconds(1));
    }

    private Head head() {
        return HeadCodec.decode(store.head(), "test");
    }

    private TreeSet<String> unnamed() {
        TreeSet<String> keys = new TreeSet<>(store.objects.keySet());
        keys.removeAll(head().keys());
        return keys;
    }

    private void assertSegmentIsDeletedAfterGrace() {
        assertThat(store.objects).as("within the grace period").containsKey(segment);
        runtime.runFor(AFTER_GRACE);
        assertThat(store.objects).doesNotContainKey(segment);
    }

    @Test
    void segmentStaysUntilItsClientReadsNewHead() {
        otherClientFoldsFirst();
        runtime.runFor(Duration.ofHours(1));
        assertThat(store.objects).containsKey(segment);
    }

    @Test
    void refreshReadsNewHead() {
        otherClientFoldsFirst();
        runtime.await(client.refresh());
        assertSegmentIsDeletedAfterGrace();
    }

    @Test
    void refusedCommandReadsNewHead() {
        otherClientFoldsFirst();
        CompletableFuture<Accepted> refused = client.submit(new Command.OpenStream(1, 1, 999, 0));
        assertThatThrownBy(() -> runtime.await(refused)).isInstanceOf(StreamException.class);
        assertThat(runtime.steps()).doesNotContain("metadata.cas");
        assertSegmentIsDeletedAfterGrace();
    }

    @Test
    void commitReadsNewHeadAfterConflict() {
        otherClientFoldsFirst();
        store.casFates.addAll(List.of(Fate.FINE, Fate.HELD));
        CompletableFuture<Accepted> answer = client.submit(create(1));
        assertSegmentIsDeletedAfterGrace();
        assertThat(runtime.steps()).contains("metadata.cas.conflict").doesNotContain("metadata.cas.done");
        assertThat(answer).isNotDone();
    }

    @Test
    void commitReadsNewHeadAfterLostResponse() {
        otherClientFoldsFirst();
        store.casFates.addAll(List.of(Fate.LOST, Fate.HELD));
        CompletableFuture<Accepted> answer = client.submit(create(1));
        assertSegmentIsDeletedAfterGrace();
        assertThat(runtime.steps()).doesNotContain("metadata.cas.conflict", "metadata.cas.done");
        assertThat(answer).isNotDone();
    }

    /** The client knows from an earlier read how often the other one commits. */
    @Test
    void commitReadsNewHeadFirstAfterLongPause() {
        commit(other, 2);
        runtime.await(client.refresh());
        otherClientFoldsFirst();
        runtime.runFor(Duration.ofHours(10));
        store.casFates.add(Fate.HELD);
        CompletableFuture<Accepted> answer = client.submit(create(1));
        assertSegmentIsDeletedAfterGrace();
        assertThat(runtime.steps()).startsWith("metadata.head.reread").doesNotContain("metadata.cas.done");
        assertThat(answer).isNotDone();
    }

    /** The head of the client's own commit names a segment with the batch, so the batch's object is deleted. */
    @Test
    void ownCommitIsNewHead() {
        Command large = new Command.CreateStream(1, 1, "", Map.of("tag", "x".repeat(1000)));
        runtime.await(client.submit(large));
        String body = head().keys().stream()
                .filter(key -> key.startsWith("meta/batch/"))
                .findFirst()
                .orElseThrow();
        while (head().keys().contains(body)) {
            commit(client, 1);
        }
        assertThat(store.objects).as("within the grace period").containsKey(body);
        runtime.runFor(AFTER_GRACE);
        assertThat(store.objects).doesNotContainKey(body);
    }
}
