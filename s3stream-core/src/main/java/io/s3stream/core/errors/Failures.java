package io.s3stream.core.errors;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamNotFoundException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Failures as callers see them, and futures that carry them there. */
public final class Failures {

    private Failures() {}

    /** The failure itself, without the wrappers that futures add. */
    public static Throwable unwrap(Throwable error) {
        Throwable inner = error;
        while ((inner instanceof CompletionException || inner instanceof ExecutionException)
                && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** As one of ours; {@code what} says what was being done if it is not one already. */
    public static StreamException asStreamException(String what, @Nullable Throwable error) {
        Throwable inner = error == null ? null : unwrap(error);
        if (inner instanceof StreamException ours) {
            return ours;
        }
        if (inner instanceof IOException) {
            return new StorageException(what + ": " + inner, inner);
        }
        return new StreamException(StreamException.Kind.INTERNAL, what + ": " + inner, inner);
    }

    /** What a call to a backend answers; a backend that throws instead, or returns null, has answered with a failure. */
    public static <T> CompletableFuture<T> answerOf(Supplier<? extends @Nullable CompletableFuture<T>> call) {
        try {
            CompletableFuture<T> answer = call.get();
            return answer == null
                    ? CompletableFuture.failedFuture(
                            new StorageException("a backend returned null instead of a future"))
                    : answer;
        } catch (Throwable e) { // an Error too: whoever waits for the answer must get one
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A refusal as the exception that callers catch. */
    public static StreamException ofKind(StreamException.Kind kind, String message) {
        return switch (kind) {
            case INVALID -> new InvalidRequestException(message);
            case NOT_FOUND -> new StreamNotFoundException(message);
            case CONFLICT -> new ConflictException(message);
            case FENCED -> new FencedException(message);
            case BUSY -> new StoreBusyException(message);
            case UNAVAILABLE -> new StorageException(message);
            case CORRUPTED -> new CorruptedDataException(message);
            case CLOSED -> new StoreClosedException(message);
            case INTERNAL -> new StreamException(kind, message);
        };
    }
}
