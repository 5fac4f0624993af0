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

/** Converts failures to the exceptions that callers see, and to failed futures. */
public final class Failures {

    private Failures() {}

    /** Returns the failure without the wrappers that futures add. */
    public static Throwable unwrap(Throwable error) {
        Throwable inner = error;
        while ((inner instanceof CompletionException || inner instanceof ExecutionException)
                && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** Returns the failure as a {@link StreamException}. For any other type, {@code what} names the failed action. */
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

    /** Calls a backend. If the backend throws or returns null, the future fails. */
    public static <T> CompletableFuture<T> answerOf(Supplier<? extends @Nullable CompletableFuture<T>> call) {
        try {
            CompletableFuture<T> answer = call.get();
            return answer == null
                    ? CompletableFuture.failedFuture(
                            new StorageException("a backend returned null instead of a future"))
                    : answer;
        } catch (Throwable e) { // Errors too: callers that wait for the answer must get one
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns a refusal as the exception that callers catch. */
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
