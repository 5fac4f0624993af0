package io.s3stream.core.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StorageException;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.spi.metadata.MetadataRegister;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests which of the metadata's objects a sweep deletes and which it keeps. */
class MetadataSweepTest {

    private static final int INLINE_BYTES = 100;
    private static final MetadataSettings SETTINGS =
            MetadataClientTest.settings(INLINE_BYTES, 300, Duration.ofHours(20));
    private static final UUID UNIQUE = new UUID(1, 2);

    private final TestRuntime runtime = new TestRuntime(3);
    private final TestStore store = new TestStore(runtime);

    private MetadataClient registered(int node) {
        MetadataClient client =
                runtime.await(MetadataClients.open(runtime, store.storage(), store.register(), SETTINGS));
        runtime.await(client.submit(new Command.RegisterNode(node, new UUID(node, 7), List.of())));
        return client;
    }

    private void createMany(MetadataClient client, int node, int count) {
        for (int i = 0; i < count; i++) {
            runtime.await(client.submit(new Command.CreateStream(node, 1, "", Map.of())));
        }
    }

    private static Command large(int node, String name) {
        return new Command.CreateStream(node, 1, name, Map.of("tag", "x".repeat(2 * INLINE_BYTES)));
    }

    private void sweep(MetadataClient client) {
        runtime.await(client.sweep());
        runtime.runFor(SETTINGS.grace().plusMinutes(10));
    }

    private Head head() {
        return HeadCodec.decode(store.head(), "test");
    }

    @Test
    void leftOversOfEveryKindAreDeletedAndNothingElse() {
        MetadataClient client = registered(1);
        createMany(client, 1, 200);
        runtime.runFor(Duration.ofMinutes(10));
        Head head = head();
        assertThat(head.checkpointed()).isPositive();
        List<String> leftOvers = List.of(
                MetadataKeys.BATCH.key(head.tailStart() - 1, UNIQUE),
                MetadataKeys.SEGMENT.key(head.tailStart() - 1, UNIQUE),
                MetadataKeys.CHECKPOINT.key(head.checkpointed(), UNIQUE),
                MetadataKeys.CHECKPOINT.key(0, UNIQUE));
        List<String> kept = new ArrayList<>(List.of(
                MetadataKeys.BATCH.key(head.tailStart(), UNIQUE),
                MetadataKeys.SEGMENT.key(head.tailStart(), UNIQUE),
                MetadataKeys.CHECKPOINT.key(head.checkpointed() + 1, UNIQUE),
                "meta/batch/" + UNIQUE,
                "meta/batch/9999999999999999999-" + UNIQUE,
                "meta/other"));
        leftOvers.forEach(key -> store.objects.put(key, new byte[1]));
        kept.forEach(key -> store.objects.put(key, new byte[1]));
        kept.addAll(head.keys());

        runtime.await(client.sweep());
        assertThat(store.objects.keySet()).as("within the grace").containsAll(leftOvers);
        runtime.runFor(SETTINGS.grace().plusMinutes(1));

        assertThat(store.objects.keySet()).containsExactlyInAnyOrderElementsOf(kept);
    }

    /** They may be all that is left of the lost metadata [R42]. */
    @Test
    void objectsFromBeforeRebuildStay() {
        List<String> before = List.of(
                MetadataKeys.BATCH.key(7, UNIQUE),
                MetadataKeys.SEGMENT.key(500, UNIQUE),
                MetadataKeys.CHECKPOINT.key(400, UNIQUE));
        before.forEach(key -> store.objects.put(key, new byte[1]));
        RebuildMark mark = new RebuildMark(0, 500);
        runtime.await(new RestoredStore(UUID.randomUUID(), Set.of(), mark, List.of(), 0, List.of())
                .write(store.storage(), store.register()));
        MetadataClient client = registered(1);
        createMany(client, 1, 200);
        assertThat(head().checkpointed()).isGreaterThan(501);
        String after = MetadataKeys.SEGMENT.key(501, UNIQUE);
        store.objects.put(after, new byte[1]);

        sweep(client);

        assertThat(store.objects.keySet()).containsAll(before).doesNotContain(after);
    }

    /**
     * The head's tail passes the body's number before the commit. A commit that named the swept body would point to
     * nothing.
     */
    @Test
    void batchWithSweptBodyIsWrittenAgain() {
        MetadataClient fast = registered(2);
        CutRegister register = new CutRegister(store.register());
        MetadataClient slow = runtime.await(MetadataClients.open(runtime, store.storage(), register, SETTINGS));
        runtime.await(slow.submit(new Command.RegisterNode(1, new UUID(1, 7), List.of())));
        register.isCut = true;
        CompletableFuture<CommandResult.Accepted> late = slow.submit(large(1, "late"));
        while (bodies().isEmpty()) {
            assertThat(runtime.runOne()).isTrue();
        }
        String body = bodies().get(0);
        while (head().tailStart() <= MetadataKeys.BATCH.number(body).orElseThrow()) {
            createMany(fast, 2, 1);
        }
        sweep(fast);
        assertThat(store.objects).as("no head names it").doesNotContainKey(body);
        assertThat(late).isNotDone();

        register.isCut = false;
        runtime.await(late);

        MetadataClient reader =
                runtime.await(MetadataClients.open(runtime, store.storage(), store.register(), SETTINGS));
        assertThat(reader.view().findStream("late")).isPresent();
        assertThat(runtime.steps()).contains("metadata.batch.again");
    }

    private List<String> bodies() {
        return store.objects.keySet().stream()
                .filter(key -> key.startsWith("meta/batch/"))
                .toList();
    }

    /** A connection to the register that a test can cut. */
    private static final class CutRegister implements MetadataRegister {

        private final MetadataRegister behind;
        private boolean isCut;

        CutRegister(MetadataRegister behind) {
            this.behind = behind;
        }

        @Override
        public CompletableFuture<Optional<Versioned>> read() {
            return isCut ? failed() : behind.read();
        }

        @Override
        public CompletableFuture<Optional<Versioned>> readIfChanged(String version) {
            return isCut ? failed() : behind.readIfChanged(version);
        }

        @Override
        public CompletableFuture<Optional<String>> compareAndSet(Optional<String> expected, byte[] value) {
            return isCut ? failed() : behind.compareAndSet(expected, value);
        }

        private static <T> CompletableFuture<T> failed() {
            return CompletableFuture.failedFuture(new StorageException("out of reach"));
        }

        @Override
        public void close() {}
    }
}
