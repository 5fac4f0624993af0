package io.s3stream.storage.s3;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.storage.support.ObjectKeys;
import io.s3stream.storage.s3.options.S3Location;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * A bucket, or the part of it below a prefix, with the rules for calling it. Every request waits for its lane. An odd
 * answer, such as a refusal, is retried a few times with fresh credentials before it counts. Thread-safe.
 */
final class AwsBucket {

    private static final int ODD_ANSWERS = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final S3AsyncClient client;
    private final Place.Address address;
    private final ObjectHeaders headers;
    private final Later later;
    private final ProvenAccess access = new ProvenAccess();
    private final RequestLanes lanes = new RequestLanes();

    /** Runs a task after a delay. */
    interface Later {
        void run(Duration delay, Runnable task);
    }

    private AwsBucket(S3AsyncClient client, Place.Address address, ObjectHeaders headers, Later later) {
        this.client = client;
        this.address = address;
        this.headers = headers;
        this.later = later;
    }

    static AwsBucket of(S3AsyncClient client, S3Location location, Later later) {
        return new AwsBucket(client, Place.Address.of(location), ObjectHeaders.of(location.options()), later);
    }

    S3AsyncClient client() {
        return client;
    }

    String name() {
        return address.bucket();
    }

    String prefix() {
        return address.prefix();
    }

    /** Returns the description of a request, for messages. */
    Place place(Use use, String operation, String key) {
        return new Place(use, operation, key, address);
    }

    /** Returns the message about a store that has not answered for some time. */
    String silence(String key, Duration time) {
        return place(Use.READ, "GetObject", key) + " got no answer"
                + (address.server().isEmpty() ? "" : " from " + address.server()) + " for " + time.toSeconds()
                + " s; check the endpoint, the region, and the network to it";
    }

    ObjectHeaders headers() {
        return headers;
    }

    /** Returns the key in the bucket of a key of the storage. */
    String fullKey(String key) {
        return prefix() + ObjectKeys.check(key);
    }

    /** Returns the key of the storage of a key in the bucket. */
    String relativeKey(@Nullable String fullKey) {
        if (fullKey == null || !fullKey.startsWith(prefix())) {
            throw new StorageException("bucket=" + name() + " answers with key='" + fullKey
                    + "', which is not below prefix='" + prefix() + "'");
        }
        return fullKey.substring(prefix().length());
    }

    /** Completes after a delay. */
    CompletableFuture<Void> after(Duration delay) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        later.run(delay, () -> over.complete(null));
        return over;
    }

    /** Calls the SDK. Every failure of the SDK, thrown or by its future, becomes an exception of this library. */
    <T> CompletableFuture<T> call(Use use, String operation, String key, Supplier<CompletableFuture<T>> request) {
        Call<T> call = new Call<>(use, operation, key, request);
        call.attempt(1, FIRST_PAUSE);
        return call.outcome;
    }

    /** A call with its retries. Its future completes in every case. */
    private final class Call<T> {

        private final Use use;
        private final String operation;
        private final String key;
        private final Supplier<CompletableFuture<T>> request;
        private final CompletableFuture<T> outcome = new CompletableFuture<>();

        Call(Use use, String operation, String key, Supplier<CompletableFuture<T>> request) {
            this.use = use;
            this.operation = operation;
            this.key = key;
            this.request = request;
        }

        void attempt(int number, Duration pause) {
            lanes.enter(use, key).thenAccept(ticket -> {
                CompletableFuture<T> answer;
                try {
                    answer = request.get();
                } catch (Throwable e) {
                    answer = CompletableFuture.failedFuture(e);
                }
                answer.whenComplete((value, error) -> {
                    ticket.end();
                    if (error == null) {
                        access.note(use);
                        outcome.complete(value);
                    } else {
                        fail(error, number, pause);
                    }
                });
            });
        }

        private void fail(Throwable error, int number, Duration pause) {
            try {
                if (AwsErrors.isOdd(error) && number < ODD_ANSWERS) {
                    later.run(pause, () -> attempt(number + 1, pause.multipliedBy(2)));
                } else {
                    outcome.completeExceptionally(translate(error));
                }
            } catch (Throwable e) { // the runtime has been closed
                error.addSuppressed(e);
                outcome.completeExceptionally(new StorageException(place(use, operation, key) + " failed", error));
            }
        }

        private StreamException translate(Throwable error) {
            return AwsErrors.translate(error, place(use, operation, key), access.isProven(use));
        }
    }
}
