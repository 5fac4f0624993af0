package io.s3stream.core.storage;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the contract of a storage, which may be the host's [R44]. Each call ends with an answer or with a {@link
 * StreamException}. A call that throws, returns null, completes with null, or times out has failed with an unknown
 * outcome. Thread-safe.
 */
public final class CheckedObjectStorage implements ObjectStorage {

    /** Longer than any storage of this library takes including its retries. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);
    /** A listing may scan a whole directory, and a deletion may have any number of keys. */
    private static final Duration WALK_TIMEOUT = Duration.ofMinutes(30);
    /** The slowest connection that must still succeed. */
    private static final long BYTES_PER_SECOND = 256 << 10;

    private final ObjectStorage behind;
    private final EngineRuntime runtime;

    /** @param behind closed with this */
    public CheckedObjectStorage(ObjectStorage behind, EngineRuntime runtime) {
        this.behind = behind;
        this.runtime = runtime;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return written("PUT object=" + key, body, () -> behind.put(key, body, condition));
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        long bytes = range instanceof ByteRange.Slice slice ? slice.length() : 0;
        return new Call<Optional<ObjectContent>>(
                        "GET object=" + key, content -> content.ifPresent(ObjectContent::close))
                .begin(timeout(bytes), () -> behind.get(key, range));
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return new Call<ConditionalContent>("GET object=" + key, answer -> {
                    if (answer instanceof ConditionalContent.Changed changed) {
                        changed.content().close();
                    }
                })
                .begin(ANSWER_TIMEOUT, () -> behind.getIfChanged(key, version));
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return answered("HEAD object=" + key, ANSWER_TIMEOUT, () -> behind.head(key));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return answered("LIST prefix=" + prefix, WALK_TIMEOUT, () -> behind.list(prefix, startAfter, limit));
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return answered("DELETE of " + keys.size() + " objects", WALK_TIMEOUT, () -> behind.delete(keys));
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return answered("upload in parts object=" + key, ANSWER_TIMEOUT, () -> behind.createMultipart(key))
                .thenApply(upload -> new Upload(key, upload));
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return answered("LIST uploads prefix=" + prefix, WALK_TIMEOUT, () -> behind.listMultiparts(prefix));
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return done("abort of upload object=" + upload.key(), () -> behind.abortMultipart(upload));
    }

    @Override
    public void close() {
        behind.close();
    }

    private <T> CompletableFuture<T> answered(String what, Duration limit, Supplier<CompletableFuture<T>> request) {
        return new Call<T>(what, late -> {}).begin(limit, request);
    }

    private CompletableFuture<Void> done(String what, Supplier<CompletableFuture<Void>> request) {
        return answered(what, ANSWER_TIMEOUT, () -> isDone(request)).thenAccept(done -> {});
    }

    /** Abandons the body before the call fails by timeout, because the storage may still read it. */
    private <T> CompletableFuture<T> written(String what, ObjectBody body, Supplier<CompletableFuture<T>> request) {
        Call<T> call = new Call<>(what, late -> {});
        call.onTimeout = body::abandon;
        return call.begin(timeout(body.length()), request);
    }

    /** Gives a call without a value the answer true. */
    private static CompletableFuture<Boolean> isDone(Supplier<CompletableFuture<Void>> request) {
        return Failures.answerOf(request).thenApply(nothing -> true);
    }

    private static Duration timeout(long bytes) {
        return ANSWER_TIMEOUT.plusSeconds(bytes == Long.MAX_VALUE ? 0 : bytes / BYTES_PER_SECOND);
    }

    /** A call until its answer, its failure or its timeout. */
    private final class Call<T> {

        private final String what;
        private final Consumer<T> discard;
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
        private Runnable onTimeout = () -> {};

        /** @param discard receives an answer that arrives too late */
        Call(String what, Consumer<T> discard) {
            this.what = what;
            this.discard = discard;
        }

        CompletableFuture<T> begin(Duration limit, Supplier<CompletableFuture<T>> request) {
            Timer timer = runtime.schedule(limit, Runnable::run, () -> timeOut(limit));
            Failures.answerOf(request).whenComplete((value, error) -> {
                timer.cancel();
                settle(value, error);
            });
            return outcome;
        }

        private void settle(@Nullable T value, @Nullable Throwable error) {
            if (error != null) {
                outcome.completeExceptionally(failure(error));
            } else if (value == null) {
                outcome.completeExceptionally(new StorageException(what + ": the storage answered null"));
            } else if (!outcome.complete(value)) {
                discard.accept(value);
            }
        }

        private void timeOut(Duration limit) {
            if (!outcome.isDone()) {
                onTimeout.run();
                outcome.completeExceptionally(
                        new StorageException(what + ": the storage did not answer within " + limit));
            }
        }

        private StreamException failure(Throwable error) {
            Throwable inner = Failures.unwrap(error);
            return inner instanceof StreamException known
                    ? known
                    : new StorageException(what + ": the storage failed: " + inner, inner);
        }
    }

    private final class Upload implements MultipartUpload {

        private final String key;
        private final MultipartUpload upload;

        Upload(String key, MultipartUpload upload) {
            this.key = key;
            this.upload = upload;
        }

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            return written(what("part=" + number), body, () -> isDone(() -> upload.part(number, body)))
                    .thenAccept(done -> {});
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            return done(what("copy part=" + number), () -> upload.copyPart(number, sourceKey, from, length));
        }

        @Override
        public CompletableFuture<String> complete() {
            return answered(what("completion"), ANSWER_TIMEOUT, upload::complete);
        }

        @Override
        public CompletableFuture<Void> abort() {
            return done(what("abort"), upload::abort);
        }

        private String what(String part) {
            return "upload in parts object=" + key + ": " + part;
        }
    }
}
