package io.s3stream.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.runtime.SerialContext;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FailStopContextTest {

    private final FailStopRuntime runtime =
            new FailStopRuntime(new ThreadedRuntime(80, null, false), new FailureRule(), (name, thrown) -> {});
    private final SerialContext context = runtime.serialContext("context");

    @AfterEach
    void close() {
        runtime.close();
    }

    /** A failure for which the host's logger throws. */
    private static final class Unloggable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public void printStackTrace(PrintStream to) {
            throw new IllegalStateException("the logger fails");
        }
    }

    @Test
    void ownersAreToldOfFailureThatCannotBeLogged() {
        CompletableFuture<Throwable> first = new CompletableFuture<>();
        CompletableFuture<Throwable> second = new CompletableFuture<>();
        context.onFailure(thrown -> {
            first.complete(thrown);
            throw new Unloggable();
        });
        context.onFailure(second::complete);

        context.execute(() -> {
            throw new Unloggable();
        });

        assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(Unloggable.class);
        assertThat(second).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(Unloggable.class);
    }

    @Test
    void ownersAreToldOfTaskForWhichThereIsNoMemory() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullHeap.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(FullHeap.TOLD);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A process that hands over a task while its heap is full, and another one later. */
    static final class FullHeap {

        static final int TOLD = 7;

        private static final Runnable NOTHING = () -> {};

        public static void main(String[] args) {
            FailStopRuntime runtime =
                    new FailStopRuntime(new ThreadedRuntime(81, null, false), new FailureRule(), (name, thrown) -> {});
            SerialContext context = runtime.serialContext("context");
            AtomicReference<Throwable> told = new AtomicReference<>();
            context.onFailure(told::set);
            CompletableFuture.runAsync(NOTHING, context).join();

            handOverWithFullHeap(context);
            CompletableFuture.runAsync(NOTHING, context).join();

            Runtime.getRuntime().halt(told.get() instanceof OutOfMemoryError ? TOLD : 1);
        }

        private static void handOverWithFullHeap(SerialContext context) {
            Object[] newest = null;
            for (int size = 1 << 20; size > 1; ) {
                try {
                    Object[] next = new Object[size];
                    next[0] = newest;
                    newest = next;
                } catch (OutOfMemoryError e) {
                    size /= 2;
                }
            }
            try {
                context.execute(NOTHING);
            } catch (OutOfMemoryError e) {
                newest[0] = null; // the logger had no memory either
            }
        }
    }
}
