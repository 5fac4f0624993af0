package io.s3stream.core.read.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Reads of a process without direct memory, in virtual time [R46]. */
class MemoryPatienceTest {

    private static final ByteRange RANGE = new ByteRange.Slice(0, 10);

    private int givenBack;
    private final Simulator simulator = new Simulator(1);
    private final MemoryPatience patience = new MemoryPatience(
            (key, range) -> read(), new SimNode(simulator, "node", step -> false), () -> givenBack++);
    private Error exhausted = new OutOfMemoryError("Direct buffer memory");
    private boolean wraps;
    private int failures;
    private int reads;

    private CompletableFuture<Optional<ObjectContent>> read() {
        if (reads++ >= failures) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        if (wraps) {
            return CompletableFuture.failedFuture(new StorageException("cannot be received", exhausted));
        }
        throw exhausted;
    }

    @Test
    void readWithoutMemoryWaitsAndRetries() {
        failures = 5;
        CompletableFuture<Optional<ObjectContent>> answer = patience.get("data/1", RANGE);
        assertThat(answer).isNotDone();
        assertThat(givenBack).as("the cache returns its memory").isEqualTo(1);

        simulator.runFor(Duration.ofSeconds(1).toNanos());
        assertThat(answer).isCompletedWithValue(Optional.empty());
        assertThat(reads).isEqualTo(6);
    }

    @Test
    void exhaustionIsFoundInsideStorageFailure() {
        failures = 1;
        wraps = true;
        CompletableFuture<Optional<ObjectContent>> answer = patience.get("data/1", RANGE);
        simulator.runFor(Duration.ofSeconds(1).toNanos());
        assertThat(answer).isCompletedWithValue(Optional.empty());
    }

    @Test
    void readThatNeverGetsMemoryIsRefusedAsBusy() {
        failures = Integer.MAX_VALUE;
        CompletableFuture<Optional<ObjectContent>> answer = patience.get("data/1", RANGE);
        simulator.runFor(Duration.ofMinutes(1).toNanos());
        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(StoreBusyException.class)
                .withMessageContaining("close each FetchResult after use")
                .withMessageContaining("MaxDirectMemorySize");
    }

    @Test
    void otherFailuresAreReportedAtOnce() {
        failures = 1;
        exhausted = new StackOverflowError();
        assertThat(patience.get("data/1", RANGE)).isCompletedExceptionally();
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void closeEndsWaitingReads() {
        failures = Integer.MAX_VALUE;
        CompletableFuture<Optional<ObjectContent>> early = patience.get("data/1", RANGE);
        patience.close();
        CompletableFuture<Optional<ObjectContent>> late = patience.get("data/1", RANGE);
        for (CompletableFuture<?> each : List.of(early, late)) {
            assertThat(each)
                    .failsWithin(Duration.ZERO)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(StoreClosedException.class);
        }
        simulator.runFor(Duration.ofMinutes(1).toNanos());
        assertThat(reads).isEqualTo(2);
    }
}
