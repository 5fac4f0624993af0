package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.MetadataListener;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.MetadataWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watch tells a host the changes of streams and nodes. */
class WatchTest {

    @TempDir
    Path dir;

    private final List<StreamStore> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(Stores::close);
    }

    private StreamStore open(int nodeId) {
        return open(options(nodeId));
    }

    private StreamStoreBuilder options(int nodeId) {
        return Stores.in(dir).nodeId(nodeId).wal(Stores.storeWal());
    }

    private StreamStore open(StreamStoreBuilder options) {
        StreamStore store = Stores.open(options);
        open.add(store);
        return store;
    }

    /** Collects updates. */
    private static final class Updates implements MetadataListener {

        private final BlockingQueue<MetadataUpdate> queue = new LinkedBlockingQueue<>();

        @Override
        public void changed(MetadataUpdate update) {
            queue.add(update);
        }

        MetadataUpdate next() {
            try {
                MetadataUpdate update = queue.poll(20, TimeUnit.SECONDS);
                assertThat(update).as("update").isNotNull();
                return update;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aWatchTellsOwnAndOtherNodesChangesOfItsPrefixInOrder() {
        StreamStore first = open(1);
        StreamStore second = open(2);
        long before = Stores.get(first.createStream(CreateOptions.named("a.before")));
        Updates updates = new Updates();
        try (MetadataWatch watch = first.watch("a.", updates)) {
            MetadataUpdate begin = updates.next();
            assertThat(begin.snapshot().stream(before)).isPresent();
            assertThat(begin.created()).isEmpty();

            long own = Stores.get(first.createStream(CreateOptions.named("a.own")));
            MetadataUpdate created = updates.next();
            assertThat(created.created()).containsExactly(own);
            assertThat(created.snapshot().findStream("a.own")).isPresent();

            Stores.get(second.createStream(CreateOptions.named("b.other")));
            long theirs = Stores.get(second.createStream(CreateOptions.named("a.theirs")));
            assertThat(updates.next().created()).containsExactly(theirs);

            Stream stream = Stores.own(second, "a.theirs");
            MetadataUpdate opened = updates.next();
            assertThat(opened.changed()).containsExactly(theirs);
            assertThat(opened.snapshot().stream(theirs).orElseThrow().owner()).isEqualTo(2);

            Stores.get(stream.append(RecordBatch.of("r", 1)).durable());
            Stores.get(stream.flush()); // an upload is no change
            Stores.get(second.setNodeTags(Map.of("state", "ready")));
            MetadataUpdate node = updates.next();
            assertThat(node.nodes()).contains(2);
            assertThat(node.changed()).isEmpty();
            assertThat(node.snapshot().node(2).orElseThrow().tags()).containsEntry("state", "ready");

            Stores.get(first.commit(
                    List.of(MetadataChange.delete(own), MetadataChange.rename(before, "a.before", "c.before"))));
            MetadataUpdate deleted = updates.next();
            assertThat(deleted.deleted()).isEqualTo(Set.of(own, before));
            assertThat(deleted.snapshot().version())
                    .isGreaterThan(node.snapshot().version());
        }
    }

    @Test
    void aSlowListenerGetsOneUpdateForManyCommitsAndNeverTwoCallsAtOnce() throws InterruptedException {
        ExecutorService host = Executors.newFixedThreadPool(4);
        try {
            StreamStore store = open(options(1).callbackExecutor(host));
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            Updates updates = new Updates();
            MetadataWatch watch = store.watch("", update -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                updates.changed(update);
                blocked.countDown();
                awaitQuietly(release);
                inside.decrementAndGet();
            });
            assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
            List<Long> ids = IntStream.range(0, 200)
                    .mapToObj(i -> Stores.get(store.createStream(CreateOptions.named("s" + i))))
                    .toList();
            updates.next();
            release.countDown();
            Set<Long> told = new HashSet<>(updates.next().created());
            assertThat(told).as("streams in one update").hasSizeGreaterThan(ids.size() / 2);
            while (told.size() < ids.size()) {
                assertThat(told.addAll(updates.next().created())).isTrue();
            }
            assertThat(told).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(most).hasValue(1);
            watch.close();
        } finally {
            host.shutdown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aListenerThatThrowsStopsNeitherItsWatchNorTheStore() {
        StreamStore store = open(1);
        Updates updates = new Updates();
        try (MetadataWatch watch = store.watch("", update -> {
            updates.changed(update);
            if (update.created().isEmpty()) {
                throw new IllegalStateException("on purpose");
            }
            throw new StackOverflowError();
        })) {
            updates.next();
            long first = Stores.get(store.createStream(CreateOptions.named("a")));
            assertThat(updates.next().created()).containsExactly(first);
            long second = Stores.get(store.createStream(CreateOptions.named("b")));
            assertThat(updates.next().created()).containsExactly(second);
        }
    }

    @Test
    void aClosedWatchIsSilentAndNoRequestIsMadeWithoutWatches() {
        open(1);
        StreamStore reader = Stores.get(Stores.in(dir).openReadOnlyAsync());
        open.add(reader);
        Updates updates = new Updates();
        List<MetadataWatch> watches =
                IntStream.range(0, 50).mapToObj(i -> reader.watch("", updates)).toList();
        IntStream.range(0, 50).forEach(i -> updates.next());
        long begin = System.nanoTime(); // before the count: a slow machine makes the time longer, never shorter
        long before = reader.stats().storageReads();
        await().until(() -> reader.stats().storageReads() >= before + 8);
        assertThat(System.nanoTime() - begin)
                .as("7 intervals of 200 ms: one request for all watches")
                .isGreaterThan(1_300_000_000L);
        watches.forEach(MetadataWatch::close);
        watches.forEach(MetadataWatch::close);
        AtomicLong last = new AtomicLong();
        await("a second without a request").pollInterval(Duration.ofSeconds(1)).until(() -> {
            long reads = reader.stats().storageReads();
            return last.getAndSet(reads) == reads;
        });
        assertThat(updates.queue).isEmpty();
    }

    @Test
    void aWatchEndsWithItsStore() {
        StreamStore store = open(1);
        Updates updates = new Updates();
        MetadataWatch watch = store.watch("", updates);
        updates.next();
        Stores.close(store);
        watch.close();
        assertThat(Stores.failure(() -> store.watch("", updates))).isInstanceOf(StoreClosedException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // null is the point
    void missingArgumentsAreNamed() {
        StreamStore store = open(1);
        assertThat(Stores.failure(() -> store.watch(null, update -> {})))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("prefix=null");
        assertThat(Stores.failure(() -> store.watch("", null)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("listener=null");
    }
}
