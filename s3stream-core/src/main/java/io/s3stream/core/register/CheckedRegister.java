package io.s3stream.core.register;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.metadata.MetadataRegister;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the contract of a register, which may be the host's [R44]. A call that throws, returns null or completes
 * with null has failed with an unknown outcome. Thread-safe.
 */
final class CheckedRegister implements MetadataRegister {

    private final MetadataRegister behind;

    /** @param behind closed with this */
    CheckedRegister(@Nullable MetadataRegister behind) {
        if (behind == null) {
            throw new InvalidRequestException("the register source opened null instead of a register");
        }
        this.behind = behind;
    }

    @Override
    public CompletableFuture<Optional<Versioned>> read() {
        return checked(behind::read);
    }

    @Override
    public CompletableFuture<Optional<Versioned>> readIfChanged(String version) {
        return checked(() -> behind.readIfChanged(version));
    }

    @Override
    public CompletableFuture<Optional<String>> compareAndSet(Optional<String> expectedVersion, byte[] value) {
        return checked(() -> behind.compareAndSet(expectedVersion, value));
    }

    @Override
    public void close() {
        behind.close();
    }

    @Override
    public String toString() {
        return behind.toString();
    }

    private <T> CompletableFuture<T> checked(Supplier<CompletableFuture<T>> call) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Failures.answerOf(call).whenComplete((value, error) -> settle(outcome, value, error));
        return outcome;
    }

    private <T> void settle(CompletableFuture<T> outcome, @Nullable T value, @Nullable Throwable error) {
        if (error != null) {
            Throwable inner = Failures.unwrap(error);
            outcome.completeExceptionally(
                    inner instanceof StreamException known
                            ? known
                            : new StorageException(behind + ": the register failed: " + inner, inner));
        } else if (value == null) {
            outcome.completeExceptionally(new StorageException(behind + ": the register answered null"));
        } else {
            outcome.complete(value);
        }
    }
}
