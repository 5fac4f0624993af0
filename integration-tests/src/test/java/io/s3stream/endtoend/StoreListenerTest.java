package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreState;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A listener receives each event once, with its cause, on a thread of its own. No action of the listener
 * stops the store. {@code LivenessSimulationTest} covers events of other nodes.
 */
@Timeout(60)
class StoreListenerTest {

    private static final String LISTENER_THREAD = "s3stream-0-listener";

    @TempDir
    Path dir;

    private final FaultyWals wals = new FaultyWals();

    @Test
    void switchIsReportedOnceWithOldAndNewWal() {
        HeardEvents heard = new HeardEvents();
        StreamStore store = open(Stores.in(dir).listener(heard));
        Stream stream = Stores.own(store, "a");
        String first = store.wal().toString();
        append(stream, 10);
        Stores.get(store.switchWal(URI.create(wal("second"))));
        Stores.get(store.switchWal(URI.create(first)));
        append(stream, 10);
        heard.awaitExactly(switched(first, wal("second")), switched(wal("second"), first));
        heard.assertOnlyOnThreads(LISTENER_THREAD);
        Stores.close(store);
        assertThat(heard.events()).as("a close is no event").hasSize(2);
    }

    @Test
    void impossibleSwitchIsNotReported() {
        HeardEvents heard = new HeardEvents();
        StreamStore store = open(Stores.in(dir).listener(heard));
        Stores.failure(() -> store.switchWal(store.wal()));
        Stores.failure(() -> store.switchWal(URI.create("block://" + dir + "/no/such/directory/wal")));
        Stores.close(store);
        assertThat(heard.events()).isEmpty();
    }

    /** Many frames fail together, and this is one failure of one WAL. */
    @Test
    void walFailureUnderLoadIsReportedOnceThenItsFallback() {
        HeardEvents heard = new HeardEvents();
        StreamStore store = open(Stores.in(dir).walFallback(wal("fallback")).listener(heard));
        Stream stream = Stores.own(store, "a");
        append(stream, 10);
        wals.fail("/wal?");
        append(stream, 200);
        heard.awaitExactly("failed " + Stores.wal(dir), switched(Stores.wal(dir), wal("fallback")));
        heard.assertOnlyOnThreads(LISTENER_THREAD);
        assertThat(heard.reasons()).singleElement().satisfies(reason -> {
            assertThat(reason.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(reason).hasMessageContaining(Stores.wal(dir)).hasMessageContaining("the medium is broken");
        });
        Stores.close(store);
        assertThat(heard.events()).hasSize(2);
    }

    @Test
    void silentWalIsReportedAsFailed() {
        HeardEvents heard = new HeardEvents();
        StreamStore store = open(Stores.in(dir)
                .config(Stores.smallSizes().walTimeout(Duration.ofMillis(100)).build())
                .walFallback(wal("fallback"))
                .listener(heard));
        Stream stream = Stores.own(store, "a");
        wals.silence("/wal?");
        append(stream, 10);
        heard.awaitExactly("failed " + Stores.wal(dir), switched(Stores.wal(dir), wal("fallback")));
        wals.answer();
        append(stream, 10);
        Stores.close(store);
        assertThat(heard.events()).as("late answers are no events").hasSize(2);
    }

    @Test
    void silentWalThatWasLeftIsReportedAsFailed() {
        HeardEvents heard = new HeardEvents();
        StreamStore store = open(Stores.in(dir)
                .config(Stores.smallSizes().walTimeout(Duration.ofMillis(100)).build())
                .listener(heard));
        Stream stream = Stores.own(store, "a");
        wals.silence("/wal?");
        CompletableFuture<Long> append = stream.append(RecordBatch.of("x", 1)).durable();
        CompletableFuture<Void> left = store.switchWal(URI.create(wal("other")));
        Stores.get(append);
        wals.answer();
        Stores.get(left);
        heard.awaitExactly("failed " + Stores.wal(dir), switched(Stores.wal(dir), wal("other")));
        await().until(() -> store.state().equals(StoreState.RUNNING));
        Stores.close(store);
    }

    @Test
    void silentWalWithoutFallbackIsUnreachableUntilItAnswers() {
        HeardOutages heard = new HeardOutages();
        StreamStore store = open(Stores.in(dir)
                .config(Stores.smallSizes().walTimeout(Duration.ofMillis(100)).build())
                .listener(heard));
        Stream stream = Stores.own(store, "a");
        await().until(() -> store.state().equals(StoreState.RUNNING));
        wals.silence("/wal?");
        CompletableFuture<Long> append = stream.append(RecordBatch.of("x", 1)).durable();
        String resource = "wal=" + Stores.wal(dir) + " (append)";
        await().until(() -> heard.events().contains("unreachable " + resource));
        assertThat(store.state().level()).isEqualTo(StoreState.Level.UNREACHABLE);
        assertThat(store.state().reason().orElseThrow()).hasMessageContaining("has not answered for PT0.1S");
        assertThat(append).isNotDone();
        wals.answer();
        Stores.get(append);
        await().until(() -> heard.events().contains("reachable " + resource) && heard.endsWith("state RUNNING"));
        assertThat(heard.events())
                .endsWith("unreachable " + resource, "state UNREACHABLE", "reachable " + resource, "state RUNNING");
        assertThat(store.state()).isEqualTo(StoreState.RUNNING);
        Stores.close(store);
    }

    @Test
    void eachFailedWalIsReportedAndLastHasNoSuccessor() {
        HeardEvents heard = new HeardEvents();
        StreamStore store = open(Stores.in(dir).walFallback(wal("fallback")).listener(heard));
        Stream stream = Stores.own(store, "a");
        wals.fail("/wal?");
        wals.fail("/fallback?");
        Stores.failure(() -> stream.append(RecordBatch.of("x", 1)).durable());
        Stores.failure(() -> stream.append(RecordBatch.of("x", 1)).durable());
        heard.awaitExactly(
                "failed " + Stores.wal(dir),
                switched(Stores.wal(dir), wal("fallback")),
                "failed " + wal("fallback"),
                "state APPENDS_FAILED");
        assertThat(store.state().level()).isEqualTo(StoreState.Level.APPENDS_FAILED);
        assertThat(store.state().reason().orElseThrow()).hasMessageContaining(wal("fallback"));
        Stores.close(store);
        assertThat(heard.events()).hasSize(4);
        assertThat(store.state().level()).isEqualTo(StoreState.Level.CLOSED);
    }

    /** Two events for any number of refused or waiting appends: the beginning and the end. */
    @Test
    void throttlingIsReportedAtItsBeginningAndEnd() {
        HeardEvents heard = new HeardEvents();
        SlowStorage slow = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        StreamStore store = open(Stores.in(dir)
                .storage(slow)
                .wal("block://" + dir.resolve("wal") + "?capacity=64MiB")
                .listener(heard));
        Stream stream = Stores.own(store, "a");
        for (int begun = 1; begun <= 3; begun += 2) {
            slow.hold();
            fill(stream, heard, begun);
            List<CompletableFuture<Void>> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiting.add(stream.writable(stream.maxAppendBytes()));
            }
            slow.letGo();
            waiting.forEach(Stores::get);
            int ended = begun + 1;
            await().until(() -> heard.events().size() >= ended);
        }
        heard.awaitExactly("throttled true", "throttled false", "throttled true", "throttled false");
        heard.assertOnlyOnThreads(LISTENER_THREAD);
        Stores.close(store);
        slow.close();
    }

    @Test
    void failedAppendsDoNotWait() {
        HeardEvents heard = new HeardEvents();
        StreamStore store = open(Stores.in(dir)
                .wal("block://" + dir.resolve("wal") + "?capacity=64MiB")
                .listener(heard));
        Stream stream = Stores.own(store, "a");
        wals.silence("/wal?");
        fill(stream, heard, 1);
        String wal = store.wal().toString();
        wals.refuse();
        heard.awaitExactly("throttled true", "failed " + wal, "throttled false", "state APPENDS_FAILED");
        Stores.close(store);
    }

    /** The WAL, the uploads and the metadata all notice it, and it is one event. */
    @Test
    void nodeTakenOverUnderLoadReportsFencingOnce() {
        HeardEvents heard = new HeardEvents();
        StreamStore taken = open(shared(1).listener(heard));
        StreamStore taker = open(shared(2));
        Stream stream = Stores.own(taken, "a");
        append(stream, 100);
        CompletableFuture<?> takeOver = taker.takeOver(1);
        while (!stream.closed().isDone()) {
            Stores.get(
                    stream.append(RecordBatch.of(new byte[1000], 1)).durable().handle((offset, error) -> null));
        }
        Stores.get(takeOver);
        await().until(() -> heard.events().contains("state STOPPED"));
        Stores.failure(() -> taken.createStream(CreateOptions.unnamed()));
        Stores.abandon(taken);
        assertThat(heard.events()).containsOnlyOnce("state STOPPED");
        assertThat(heard.reasons()).allMatch(reason -> reason.kind() == Kind.FENCED);
        heard.assertOnlyOnThreads("s3stream-1-listener");
        Stores.close(taker);
    }

    @Test
    void eventsRunOnHostExecutor() {
        ExecutorService host = Executors.newSingleThreadExecutor(task -> new Thread(task, "host"));
        HeardEvents heard = new HeardEvents();
        StreamStore store = open(Stores.in(dir).callbackExecutor(host).listener(heard));
        String first = store.wal().toString();
        Stores.get(store.switchWal(URI.create(wal("second"))));
        heard.awaitExactly(switched(first, wal("second")));
        heard.assertOnlyOnThreads("host");
        Stores.close(store);
        host.shutdown();
    }

    @Test
    void listenerExceptionChangesNothing() {
        continueDespiteListener(
                () -> {
                    throw new IllegalStateException("the listener is broken");
                },
                null);
    }

    /** The engine's own threads run the callbacks of such a host, and an error would end their work. */
    @Test
    void listenerErrorOnNotifyingThreadChangesNothing() {
        continueDespiteListener(
                () -> {
                    throw new NoClassDefFoundError("the listener is broken");
                },
                Runnable::run);
    }

    /** The engine waits for no listener. */
    @Test
    void blockingListenerDelaysNeitherAppendsNorClose() {
        CountDownLatch answer = new CountDownLatch(1);
        HeardEvents heard = new HeardEvents(() -> awaitUninterrupted(answer));
        StreamStore store = open(Stores.in(dir).walFallback(wal("fallback")).listener(heard));
        Stream stream = Stores.own(store, "a");
        append(stream, 1);
        wals.fail("/wal?");
        CompletableFuture<Long> append = stream.append(RecordBatch.of("x", 1)).durable();
        await().until(() -> heard.events().size() == 1);
        await().until(() -> stream.confirmOffset() == 2);
        assertThat(store.wal()).isEqualTo(URI.create(wal("fallback")));
        assertThat(Stores.get(append)).isEqualTo(1);
        Stores.close(store);
        answer.countDown();
        heard.awaitExactly("failed " + Stores.wal(dir), switched(Stores.wal(dir), wal("fallback")));
        WatchedParts.awaitNoThreads();
    }

    private void continueDespiteListener(Runnable reaction, @Nullable Executor callbacks) {
        HeardEvents heard = new HeardEvents(reaction);
        StreamStoreBuilder options = Stores.in(dir).walFallback(wal("fallback")).listener(heard);
        StreamStore store = open(callbacks == null ? options : options.callbackExecutor(callbacks));
        Stream stream = Stores.own(store, "a");
        append(stream, 10);
        Stores.get(store.switchWal(URI.create(wal("second"))));
        append(stream, 10);
        wals.fail("/second?");
        append(stream, 10);
        heard.awaitExactly(
                switched(Stores.wal(dir), wal("second")),
                "failed " + wal("second"),
                switched(wal("second"), wal("fallback")));
        Stores.get(stream.flush());
        Stores.scan(stream, 0, 30, 1000, batch -> {});
        Stores.close(store);
        WatchedParts.awaitNoThreads();
    }

    /**
     * Appends until there is no memory left, not even for uploaded data. At this point the given number of events were
     * reported.
     */
    private static void fill(Stream stream, HeardEvents heard, int events) {
        RecordBatch batch = RecordBatch.of(new byte[100_000], 1);
        while (heard.events().size() < events) {
            try {
                stream.tryAppend(batch);
            } catch (StoreBusyException full) {
                CompletableFuture<Void> writable = stream.writable(100_000);
                await().until(() -> writable.isDone() || heard.events().size() >= events);
            }
        }
    }

    private static void append(Stream stream, int batches) {
        List<CompletableFuture<Long>> durable = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            durable.add(stream.append(RecordBatch.of("x", 1)).durable());
        }
        durable.forEach(Stores::get);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private StreamStoreBuilder shared(int node) {
        return StreamStore.builder()
                .storage(Stores.objects(dir))
                .nodeId(node)
                .wal(Stores.storeWal())
                .config(Stores.small());
    }

    private StreamStore open(StreamStoreBuilder builder) {
        return Stores.get(new CoreStoreProvider(wals).open(builder));
    }

    private String wal(String name) {
        return "block://" + dir.resolve(name) + "?capacity=4MiB&singleAttach=true";
    }

    private static String switched(String from, String to) {
        return "switched " + from + " to " + to;
    }
}
