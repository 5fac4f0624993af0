package io.s3stream.core.verify;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** An object storage for tools: retries a request a few times after a transient failure. Thread-safe. */
public final class PatientStorage {

    private static final int TRIES = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final int PAGE = 1000;

    private final ObjectStorage storage;
    private final EngineRuntime runtime;
    private final SerialContext context;

    /** @param context runs the retries after a pause */
    public PatientStorage(ObjectStorage storage, EngineRuntime runtime, SerialContext context) {
        this.storage = storage;
        this.runtime = runtime;
        this.context = context;
    }

    /** Reads like {@link ObjectStorage#get}, with retries. */
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return retrying(() -> storage.get(key, range), TRIES, FIRST_PAUSE);
    }

    /** Puts a key that no other process writes. */
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body) {
        return retrying(() -> storage.put(key, body, PutCondition.ALWAYS), TRIES, FIRST_PAUSE);
    }

    /**
     * Lists all objects below {@code prefix}, page by page, in order. The next page is requested after the previous one
     * was processed.
     */
    public CompletableFuture<Void> list(String prefix, Function<List<ObjectSummary>, CompletableFuture<Void>> page) {
        return listAfter(prefix, "", page);
    }

    private CompletableFuture<Void> listAfter(
            String prefix, String after, Function<List<ObjectSummary>, CompletableFuture<Void>> page) {
        return retrying(() -> storage.list(prefix, after, PAGE), TRIES, FIRST_PAUSE)
                .thenComposeAsync(
                        found -> found.isEmpty()
                                ? CompletableFuture.completedFuture(null)
                                : page.apply(found)
                                        .thenComposeAsync(
                                                nothing -> listAfter(
                                                        prefix,
                                                        found.get(found.size() - 1)
                                                                .key(),
                                                        page),
                                                context),
                        context);
    }

    /** Returns the keys and sizes below {@code prefix}, in order. */
    public CompletableFuture<List<ObjectSummary>> listAll(String prefix) {
        List<ObjectSummary> all = new ArrayList<>();
        return list(prefix, page -> {
                    all.addAll(page);
                    return CompletableFuture.completedFuture(null);
                })
                .thenApply(nothing -> all);
    }

    private <T> CompletableFuture<T> retrying(Supplier<CompletableFuture<T>> request, int tries, Duration pause) {
        return Failures.answerOf(request)
                .handle((answer, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(answer);
                    }
                    Throwable cause = Failures.unwrap(error);
                    boolean mayPass = !(cause instanceof Error)
                            && !(cause instanceof StreamException known && !known.isRetriable());
                    if (tries == 1 || !mayPass) {
                        return CompletableFuture.<T>failedFuture(cause);
                    }
                    CompletableFuture<T> later = new CompletableFuture<>();
                    runtime.schedule(
                            pause,
                            context,
                            () -> retrying(request, tries - 1, pause.multipliedBy(2))
                                    .whenComplete((value, failure) -> {
                                        if (failure == null) {
                                            later.complete(value);
                                        } else {
                                            later.completeExceptionally(failure);
                                        }
                                    }));
                    return later;
                })
                .thenCompose(future -> future);
    }
}
