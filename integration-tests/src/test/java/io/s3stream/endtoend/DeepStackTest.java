package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls from a thread that is at the end of its stack: each call is made or throws, and no lock of the engine stays
 * held.
 */
@Timeout(60)
class DeepStackTest {

    private static final int FRAMES = 250;

    @TempDir
    Path dir;

    private StreamStore store;
    private Stream stream;
    private StreamReader reader;

    @BeforeEach
    void open() {
        store = Stores.open(Stores.in(dir));
        stream = Stores.own(store, "a");
        for (int i = 0; i < 10; i++) {
            stream.append(RecordBatch.of("x", 1));
        }
        Stores.get(stream.flush());
        reader = Stores.get(store.openReader(stream.id()));
    }

    @AfterEach
    void close() {
        Stores.close(store);
        WatchedParts.awaitNoThreads();
    }

    @Test
    void readsAndTheirResultsSurviveStackOverflow_R37() {
        atEachDepth(() -> reader.fetch(0, 10, 100, FetchOptions.NO_WAIT).whenComplete(DeepStackTest::giveBack));
        atEachDepth(() -> stream.fetch(0, 10, 100, FetchOptions.NO_WAIT).whenComplete(DeepStackTest::giveBack));
        atEachDepth(() -> reader.sizeBytes(0, 10));
    }

    @Test
    void waitsSurviveStackOverflow_R37() {
        FetchOptions shortPoll = FetchOptions.longPoll(Duration.ofMillis(1));
        atEachDepth(() -> stream.fetch(10, 11, 100, shortPoll).whenComplete(DeepStackTest::giveBack));
        atEachDepth(() -> reader.fetch(10, 11, 100, shortPoll).whenComplete(DeepStackTest::giveBack));
        atEachDepth(() -> stream.whenDurable(10));
        atEachDepth(() -> stream.writable(100));
        atEachDepth(() -> given(stream.whenDurable(1000)));
        atEachDepth(() -> given(stream.closed()));
        atEachDepth(() -> given(stream.fetch(10, 11, 100, FetchOptions.longPoll(Duration.ofDays(1)))));
    }

    @Test
    void storeCallsSurviveStackOverflow_R37() {
        atEachDepth(() -> store.describeStream(stream.id()));
        atEachDepth(() -> store.listStreams("", 0, 100));
        atEachDepth(() -> stream.trim(1));
        atEachDepth(() -> store.createStream(CreateOptions.named("b")));
        atEachDepth(() -> store.deleteStream(1000));
        atEachDepth(stream::flush);
        atEachDepth(reader::refresh);
    }

    /** Each call is answered or refused, and the store continues. */
    private void atEachDepth(Callable<CompletableFuture<?>> call) {
        Stores.get(call(call).handle((value, error) -> null)); // links the code that the test itself calls
        List<CompletableFuture<?>> answers = new CopyOnWriteArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            Climber climber = new Climber(call, answers);
            climber.run();
            assertThat(climber.overflows).isPositive();
        }
        for (CompletableFuture<?> answer : answers) {
            Stores.get(answer.handle((value, error) -> null));
        }
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        Stores.get(stream.flush());
        Stores.get(call(call).handle((value, error) -> null));
    }

    private static CompletableFuture<?> given(CompletableFuture<?> wait) {
        wait.cancel(false);
        return wait;
    }

    private static void giveBack(FetchResult result, Throwable error) {
        if (result != null) {
            result.close();
        }
    }

    private static CompletableFuture<?> call(Callable<CompletableFuture<?>> call) {
        try {
            return call.call();
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Runs to the end of its stack. On the way back it calls once in each frame. */
    private static final class Climber {

        private final Callable<CompletableFuture<?>> call;
        private final List<CompletableFuture<?>> answers;
        private int frames;
        private int overflows;

        Climber(Callable<CompletableFuture<?>> call, List<CompletableFuture<?>> answers) {
            this.call = call;
            this.answers = answers;
        }

        void run() {
            Thread thread = new Thread(null, this::down, "deep", 256 << 10);
            thread.start();
            try {
                thread.join(20_000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(thread.isAlive()).as("waits for a lock").isFalse();
        }

        private void down() {
            try {
                down();
            } catch (StackOverflowError end) {
                overflows++;
            }
            if (frames++ < FRAMES) {
                try {
                    answers.add(call(call));
                } catch (StackOverflowError e) {
                    overflows++;
                }
            }
        }
    }
}
