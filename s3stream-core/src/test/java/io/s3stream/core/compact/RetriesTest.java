package io.s3stream.core.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private static final int ATTEMPTS = 4;

    private final Simulator simulator = new Simulator(1);
    private final SimNode node = new SimNode(simulator, "node", step -> false);
    private final SerialContext context = node.serialContext("compact");
    private final Retries retries = new Retries(node, context, ATTEMPTS);
    private int made;

    @Test
    void requestSurvivesTransientFailures() {
        CompletableFuture<String> answer = retries.request("GET", () -> failing(3, new StorageException("503")));
        assertThat(made).isEqualTo(1);
        simulator.runFor(Duration.ofMillis(90).toNanos());
        assertThat(made).as("within the first pause").isEqualTo(1);
        simulator.runFor(Duration.ofSeconds(1).toNanos());
        assertThat(answer).isCompletedWithValue("answer 4");
    }

    @Test
    void attemptsAreLimited() {
        CompletableFuture<String> answer = retries.request("GET", () -> failing(100, new StorageException("503")));
        simulator.runFor(Duration.ofMinutes(1).toNanos());
        assertThat(made).isEqualTo(ATTEMPTS);
        assertThat(failureOf(answer).kind()).isEqualTo(StreamException.Kind.UNAVAILABLE);
    }

    @Test
    void permanentFailureIsNotRepeated() {
        CompletableFuture<String> answer =
                retries.request("GET", () -> failing(100, new CorruptedDataException("damaged")));
        simulator.runFor(Duration.ofMinutes(1).toNanos());
        assertThat(made).isEqualTo(1);
        assertThat(failureOf(answer)).hasMessageContaining("damaged");
    }

    @Test
    void exceptionFromStorageCountsAsFailure() {
        CompletableFuture<String> answer = retries.request("GET", () -> {
            made++;
            throw new StorageException("closed");
        });
        simulator.runFor(Duration.ofMinutes(1).toNanos());
        assertThat(made).isEqualTo(ATTEMPTS);
        assertThat(failureOf(answer)).hasMessageContaining("closed");
    }

    @Test
    void endFailsWaitingAndLaterRequests() {
        CompletableFuture<String> waiting = retries.request("GET", () -> failing(100, new StorageException("503")));
        simulator.runFor(Duration.ofMillis(50).toNanos());
        context.execute(retries::end);
        simulator.runFor(Duration.ofMillis(10).toNanos());
        assertThat(failureOf(waiting)).hasMessageContaining("503");
        CompletableFuture<String> later = retries.request("GET", () -> failing(100, new StorageException("503")));
        assertThat(failureOf(later)).hasMessageContaining("503");
        simulator.runFor(Duration.ofMinutes(1).toNanos());
        assertThat(made).as("one attempt for each request").isEqualTo(2);
    }

    private CompletableFuture<String> failing(int times, RuntimeException reason) {
        return ++made <= times
                ? CompletableFuture.failedFuture(reason)
                : CompletableFuture.completedFuture("answer " + made);
    }

    private static StreamException failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return (StreamException) future.handle((value, error) -> error).join();
    }
}
