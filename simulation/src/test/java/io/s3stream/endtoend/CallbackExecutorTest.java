package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The host's executor refuses work, because it is full or was shut down first: nobody waits for ever [L14]. */
@Timeout(60)
class CallbackExecutorTest {

    @TempDir
    Path dir;

    @Test
    void futuresCompleteAfterTheHostsExecutorIsShutDown() {
        ExecutorService host = Executors.newSingleThreadExecutor();
        StreamStore store = Stores.open(Stores.in(dir).callbackExecutor(host));
        Stream stream = Stores.own(store, "a");
        host.shutdown();
        for (int i = 0; i < 3; i++) {
            assertThat(Stores.get(stream.append(RecordBatch.of("x")).durable())).isEqualTo(i);
        }
        CompletableFuture<String> where = stream.append(RecordBatch.of("x"))
                .durable()
                .thenApply(offset -> Thread.currentThread().getName());
        assertThat(Stores.get(where)).as("not on a thread of the engine").doesNotContain("-append");
        Stores.get(stream.flush());
        Stores.get(stream.close());
        Stores.close(store);
    }

    /** One that throws anything, one that throws after it has run the task, one that runs it on the calling thread. */
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
    void callbacksGoOnWhateverTheHostsExecutorDoes_R38(Executor host) {
        StreamStore store = Stores.open(Stores.in(dir).callbackExecutor(host));
        Stream stream = Stores.own(store, "a");
        List<String> threads = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> callback = stream.append(RecordBatch.of("x"))
                    .durable()
                    .thenAccept(offset -> {
                        threads.add(Thread.currentThread().getName());
                        throw new AssertionError("thrown by a callback");
                    });
            Throwable thrown = Stores.get(callback.handle((value, error) -> error));
            assertThat(thrown).hasRootCauseMessage("thrown by a callback");
        }
        assertThat(threads).noneMatch(name -> name.endsWith("-append"));
        // A callback that closes the store waits for the engine, wherever it runs.
        Stores.get(stream.append(RecordBatch.of("x")).durable().thenRun(store::close));
        WatchedParts.awaitNoThreads();
    }
}
