package io.s3stream.wal.s3.request;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects whose content decides which frames were acknowledged. A storage sometimes returns damaged, truncated or
 * missing content. So an unexpected response counts only if two reads in a row agree on it. Stateless; called on the
 * medium's serial context.
 */
@SuppressWarnings("NullableOptional") // null: not read yet; empty: read, and no object exists
public final class AgreedReads {

    private static final int MAX_READS = 8;

    private final Requests requests;

    public AgreedReads(Requests requests) {
        this.requests = requests;
    }

    public CompletableFuture<Optional<ObjectContent>> get(
            String key, ByteRange range, Predicate<Optional<ObjectContent>> isExpected) {
        return get(key, range, requests.patience(), isExpected);
    }

    /**
     * Reads an object.
     *
     * @param isExpected returns whether a response needs no confirmation; must not change the content
     * @return the first expected response, or a response that two reads in a row agree on; fails if there is neither
     */
    public CompletableFuture<Optional<ObjectContent>> get(
            String key, ByteRange range, Requests.Patience patience, Predicate<Optional<ObjectContent>> isExpected) {
        return new Reading(key, range, patience, isExpected).next(null, 1);
    }

    /** Works as {@link #get}, after a first read with an unexpected response. */
    public CompletableFuture<Optional<ObjectContent>> confirm(
            String key, ByteRange range, Optional<ObjectContent> first, Predicate<Optional<ObjectContent>> isExpected) {
        return new Reading(key, range, requests.patience(), isExpected).next(first, 2);
    }

    private final class Reading {

        private final String key;
        private final ByteRange range;
        private final Requests.Patience patience;
        private final Predicate<Optional<ObjectContent>> isExpected;

        Reading(
                String key,
                ByteRange range,
                Requests.Patience patience,
                Predicate<Optional<ObjectContent>> isExpected) {
            this.key = key;
            this.range = range;
            this.patience = patience;
            this.isExpected = isExpected;
        }

        CompletableFuture<Optional<ObjectContent>> next(@Nullable Optional<ObjectContent> before, int number) {
            return requests.send("GET " + key, patience, storage -> storage.get(key, range))
                    .whenComplete((content, error) -> {
                        if (error != null) {
                            close(before);
                        }
                    })
                    .thenCompose(content -> judge(before, content, number));
        }

        private CompletableFuture<Optional<ObjectContent>> judge(
                @Nullable Optional<ObjectContent> before, Optional<ObjectContent> content, int number) {
            if (isExpected.test(content) || (before != null && isEqual(before, content))) {
                close(before);
                return CompletableFuture.completedFuture(content);
            }
            close(before);
            if (number == MAX_READS) {
                close(content);
                return CompletableFuture.failedFuture(
                        new StorageException(requests + ": " + MAX_READS + " reads of object=" + key + " all differ"));
            }
            return next(content, number + 1);
        }
    }

    private static boolean isEqual(Optional<ObjectContent> one, Optional<ObjectContent> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() && other.isEmpty();
        }
        return one.get().objectSize() == other.get().objectSize()
                && one.get().data().equals(other.get().data());
    }

    private static void close(@Nullable Optional<ObjectContent> content) {
        if (content != null) {
            content.ifPresent(ObjectContent::close);
        }
    }
}
