package io.s3stream.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InlineCallbacksTest {

    private final ThreadedRuntime runtime = new ThreadedRuntime(80, null, true);
    private final SerialContext context = runtime.serialContext("context");
    private final IoExecutor io = runtime.ioExecutor("io", 1);

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Lets an I/O thread hand over a task that ends with these callbacks. */
    private CompletableFuture<Thread> answer(Runnable... callbacks) {
        return io.submit("answer", () -> {
            context.executeOrRun(() -> List.of(callbacks).forEach(runtime.callbacks()::execute));
            return Thread.currentThread();
        });
    }

    @Test
    void callbacksOfAnswerRunOnIoThreadOneAfterTheOther() {
        List<Object> seen = new CopyOnWriteArrayList<>();
        Thread thread = answer(() -> seen.add(Thread.currentThread()), () -> seen.add(Thread.currentThread()))
                .join();

        assertThat(seen).containsExactly(thread, thread);
    }

    @Test
    void callbackOfContextThreadRunsElsewhere() {
        CompletableFuture<String> ran = new CompletableFuture<>();
        context.execute(() -> runtime.callbacks()
                .execute(() -> ran.complete(Thread.currentThread().getName())));

        assertThat(ran.join()).isEqualTo("s3stream-80-callback");
    }

    /** The pool has one thread, and needs it. */
    @Test
    void blockedCallbackStopsNeitherContextNorPoolNorOtherCallbacks() {
        CountDownLatch blocked = new CountDownLatch(1);
        CompletableFuture<Thread> first = answer(() -> awaitLatch(blocked));
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> next = new CompletableFuture<>();
            answer(() -> next.complete(null)).join();
            next.join();
        }
        CompletableFuture.runAsync(() -> {}, context).join();
        assertThat(first).isNotDone();
        blocked.countDown();
        first.join();

        await().until(
                        () -> { // until the thread of the context is idle when the answer comes
                            CompletableFuture<Thread> ran = new CompletableFuture<>();
                            answer(() -> ran.complete(Thread.currentThread())).join();
                            return ran.join().getName().startsWith("s3stream-80-io");
                        });
    }

    @Test
    void faultyCallbackLeavesThreadAsItWas() {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread first = answer(
                        () -> {
                            throw new AssertionError("meant");
                        },
                        () -> Thread.currentThread().interrupt())
                .join();
        Thread second = io.submit("look", () -> {
                    interrupted.complete(Thread.currentThread().isInterrupted());
                    return Thread.currentThread();
                })
                .join();

        assertThat(interrupted.join()).as("%s, then %s", first, second).isFalse();
        assertThat(first.isInterrupted()).isFalse();
    }

    /** A callback that is lost is an acknowledgement that its caller never gets. */
    @Test
    void callbackAfterFailureThatCannotBeLoggedStillRuns() {
        Error unloggable = new Error("meant") {
            private static final long serialVersionUID = 1;

            @Override
            public void printStackTrace(PrintStream to) {
                throw this; // as a logger without memory does
            }
        };
        CompletableFuture<Void> next = new CompletableFuture<>();
        answer(
                () -> {
                    throw unloggable;
                },
                () -> next.complete(null));

        assertThat(next).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void callbackThatHandsOverAnAnswerItself() {
        List<String> order = new CopyOnWriteArrayList<>();
        answer(() -> {
                    context.executeOrRun(() -> runtime.callbacks().execute(() -> order.add("second")));
                    order.add("first");
                })
                .join();

        assertThat(order).containsExactly("first", "second");
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
