package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The host's executor refuses tasks, because it is full or was shut down first. No caller waits forever [L14]. */
@Timeout(60)
class CallbackExecutorTest {

    @TempDir
    Path dir;

    @Test
    void futuresCompleteAfterHostExecutorShutdown() {
        ExecutorService host = Executors.newSingleThreadExecutor();
        StreamStore store = Stores.open(Stores.in(dir).callbackExecutor(host));
        Stream stream = Stores.own(store, "a");
        host.shutdown();
        for (int i = 0; i < 3; i++) {
            assertThat(Stores.get(stream.append(RecordBatch.of("x", 1)).durable()))
                    .isEqualTo(i);
        }
        CompletableFuture<String> where = stream.append(RecordBatch.of("x", 1))
                .durable()
                .thenApply(offset -> Thread.currentThread().getName());
        assertThat(Stores.get(where)).as("not on a thread of the engine").doesNotContain("-append");
        Stores.get(stream.flush());
        Stores.get(stream.close());
        Stores.close(store);
    }

    /** Such as an executor with a bounded queue whose thread is stuck: no thread of the engine waits for it. */
    @Test
    void blockingExecutorDelaysNoEngineThread_R38() {
        CountDownLatch room = new CountDownLatch(1);
        AtomicBoolean isFull = new AtomicBoolean();
        StreamStore store = Stores.open(Stores.in(dir).callbackExecutor(task -> {
            if (isFull.get()) {
                awaitUninterrupted(room);
            }
            new Thread(task, "host").start();
        }));
        Stream stream = Stores.own(store, "a");
        isFull.set(true);
        CompletableFuture<Long> first = stream.append(RecordBatch.of("x", 1)).durable();
        CompletableFuture<Long> second = stream.append(RecordBatch.of("y", 1)).durable();
        await().until(() -> stream.confirmOffset() == 2);
        Stores.close(store);
        room.countDown();
        assertThat(Stores.get(first)).isZero();
        assertThat(Stores.get(second)).isEqualTo(1);
        WatchedParts.awaitNoThreads();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Executors that throw an Error, throw after running the task, or run the task on the calling thread. */
    static List<Executor> executors() {
        return List.of(
                task -> {
                    throw new LinkageError("simulated");
                },
                task -> {
                    task.run();
                    throw new IllegalStateException("simulated");
                },
                Runnable::run);
    }

    @ParameterizedTest
    @MethodSource("executors")
    void callbacksContinueDespiteFaultyHostExecutor_R38(Executor host) {
        StreamStore store = Stores.open(Stores.in(dir).callbackExecutor(host));
        Stream stream = Stores.own(store, "a");
        List<String> threads = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> callback = stream.append(RecordBatch.of("x", 1))
                    .durable()
                    .thenAccept(offset -> {
                        threads.add(Thread.currentThread().getName());
                        throw new AssertionError("thrown by a callback");
                    });
            Throwable thrown = Stores.get(callback.handle((value, error) -> error));
            assertThat(thrown).hasRootCauseMessage("thrown by a callback");
        }
        assertThat(threads).noneMatch(name -> name.endsWith("-append"));
        // A callback that closes the store waits for the engine, on any thread.
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable().thenRun(store::close));
        WatchedParts.awaitNoThreads();
    }

    @ParameterizedTest
    @ValueSource(strings = {"block://%s/wal?capacity=64MiB", "nfs://%s/mount", "store:/?linger=1ms"})
    void inlineCallbackMayBlockAndCloseStore(String wal) throws IOException {
        Files.createDirectory(dir.resolve("mount"));
        StreamStore store = Stores.open(
                Stores.in(dir).wal(String.format(wal, dir.toAbsolutePath())).inlineCallbacks(true));
        Stream stream = Stores.own(store, "a");
        List<String> threads = new CopyOnWriteArrayList<>();
        CountDownLatch room = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            Stores.get(stream.append(RecordBatch.of("x", 1))
                    .durable()
                    .thenAccept(offset -> threads.add(Thread.currentThread().getName())));
        }
        CompletableFuture<Void> blocked = blockCallback(stream, room);
        long before = stream.nextOffset();
        for (int i = 0; i < 100; i++) {
            stream.append(RecordBatch.of("y", 1));
        }
        await().until(() -> stream.confirmOffset() == before + 100);
        assertThat(blocked).isNotDone();
        room.countDown();
        Stores.get(blocked);

        Stores.get(stream.append(RecordBatch.of("x", 1)).durable().thenRun(store::close));
        WatchedParts.awaitNoThreads();
        if (!wal.startsWith("store:")) {
            assertThat(threads).as("an I/O thread has run a callback").anyMatch(name -> name.contains("-wal-"));
        }
    }

    /** Appends until a callback runs on a thread of the store, and blocks there. */
    private static CompletableFuture<Void> blockCallback(Stream stream, CountDownLatch room) {
        Thread test = Thread.currentThread();
        while (true) {
            AtomicBoolean isBlocked = new AtomicBoolean();
            CompletableFuture<Void> callback = stream.append(RecordBatch.of("x", 1))
                    .durable()
                    .thenRun(() -> {
                        if (Thread.currentThread() != test) { // it is the test's if the append was durable already
                            isBlocked.set(true);
                            awaitUninterrupted(room);
                        }
                    });
            await().until(() -> isBlocked.get() || callback.isDone());
            if (isBlocked.get()) {
                return callback;
            }
        }
    }

    @Test
    void inlineCallbackMayAppend() {
        StreamStore store = Stores.open(Stores.in(dir).inlineCallbacks(true));
        Stream stream = Stores.own(store, "a");
        CompletableFuture<Void> done = new CompletableFuture<>();
        appendNext(stream, 1000, done);

        Stores.get(done);
        assertThat(stream.confirmOffset()).isEqualTo(1000);
        Stores.close(store);
    }

    private static void appendNext(Stream stream, int left, CompletableFuture<Void> done) {
        if (left == 0) {
            done.complete(null);
        } else {
            stream.append(RecordBatch.of("x", 1)).durable().thenRun(() -> appendNext(stream, left - 1, done));
        }
    }
}
