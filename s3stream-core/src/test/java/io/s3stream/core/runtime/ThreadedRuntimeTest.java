package io.s3stream.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.spi.runtime.SerialContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadedRuntimeTest {

    private final ThreadedRuntime runtime = new ThreadedRuntime(77, null, false);

    @AfterEach
    void close() {
        runtime.close();
    }

    private static boolean isAlive(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("s3stream-77-" + name));
    }

    @Test
    void releasedContextRunsPendingTasksAndItsThreadEnds() {
        SerialContext context = runtime.serialContext("released");
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> awaitLatch(go), context);
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {}, context);
        context.release();
        assertThat(second).isNotDone();
        go.countDown();
        first.join();
        second.join();
        await().until(() -> !isAlive("released"));
        CompletableFuture.runAsync(() -> {}, context).join(); // a late answer
    }

    /**
     * A host may interrupt a group of threads as a whole, run with a low priority, and have inheritable thread locals.
     */
    @Test
    void threadsInheritNothingFromStartingThread() throws InterruptedException {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        ThreadGroup group = new ThreadGroup("host");
        group.setMaxPriority(Thread.MIN_PRIORITY);
        CompletableFuture<Thread> context = new CompletableFuture<>();
        CompletableFuture<Thread> io = new CompletableFuture<>();
        CompletableFuture<String> seen = new CompletableFuture<>();
        Thread host = new Thread(group, () -> {
            local.set("the host's");
            runtime.serialContext("context").execute(() -> context.complete(Thread.currentThread()));
            runtime.ioExecutor("io", 1).submit("look", () -> io.complete(Thread.currentThread()));
            runtime.callbacks().execute(() -> seen.complete(String.valueOf(local.get())));
        });
        host.start();
        host.join();
        assertThat(context.join().getThreadGroup()).isNotSameAs(group);
        assertThat(io.join().getThreadGroup()).isNotSameAs(group);
        assertThat(context.join().getPriority()).isEqualTo(Thread.NORM_PRIORITY);
        assertThat(seen.join()).isEqualTo("null");
    }

    /** The context class loader of the host's thread may not know the library. */
    @Test
    void engineThreadsHaveEngineClassLoaderAndCallbackThreadHasHostClassLoader() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(null);
        ThreadedRuntime embedded = new ThreadedRuntime(78, null, false);
        try {
            ClassLoader library = ThreadedRuntime.class.getClassLoader();
            assertThat(CompletableFuture.supplyAsync(
                                    () -> Thread.currentThread().getContextClassLoader(),
                                    embedded.serialContext("context"))
                            .join())
                    .isSameAs(library);
            assertThat(embedded.ioExecutor("io", 1)
                            .submit("look", () -> Thread.currentThread().getContextClassLoader())
                            .join())
                    .isSameAs(library);
            assertThat(CompletableFuture.supplyAsync(
                                    () -> "" + Thread.currentThread().getContextClassLoader(), embedded.callbacks())
                            .join())
                    .isEqualTo("null");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            embedded.close();
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
