package io.s3stream.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.runtime.SerialContext;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
}
