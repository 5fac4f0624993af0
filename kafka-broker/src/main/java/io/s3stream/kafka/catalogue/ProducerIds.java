package io.s3stream.kafka.catalogue;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.metadata.StreamInfo;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Ids of producers that no other broker gives, now or later. A broker reserves a block of ids at a time, by a
 * compare-and-set of a tag. Thread-safe.
 */
public final class ProducerIds {

    private static final String STREAM = StreamName.PREFIX + "producer-ids";
    private static final String NEXT = "next";
    private static final int BLOCK = 1000;

    private final StreamStore store;

    /** The block; guarded by this. */
    private long next;

    private long end;

    /** The reservation in progress, or the last one; guarded by this. */
    private CompletableFuture<Void> reservation = CompletableFuture.completedFuture(null);

    public ProducerIds(StreamStore store) {
        this.store = store;
    }

    /** A new id. Fails as the store's metadata calls do. */
    public synchronized CompletableFuture<Long> next() {
        if (next < end) {
            return CompletableFuture.completedFuture(next++);
        }
        if (reservation.isDone()) {
            reservation = reserve();
        }
        return reservation.thenCompose(done -> next());
    }

    private CompletableFuture<Void> reserve() {
        return store.createStream(new CreateOptions(STREAM, Map.of(NEXT, "0")))
                .handle((id, exists) -> null)
                .thenCompose(created -> store.findStream(STREAM))
                .thenCompose(found -> {
                    StreamInfo stream = found.orElseThrow();
                    long first = first(stream);
                    return store.updateTags(stream.id(), stream.tags(), Map.of(NEXT, Long.toString(first + BLOCK)))
                            .thenAccept(updated -> use(first));
                })
                .handle((done, error) -> error)
                .thenCompose(error -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(null);
                    }
                    boolean isLost =
                            error instanceof CompletionException && error.getCause() instanceof ConflictException;
                    return isLost ? reserve() : CompletableFuture.failedFuture(error); // another broker was faster
                });
    }

    private static long first(StreamInfo stream) {
        String tag = stream.tags().getOrDefault(NEXT, "");
        if (!tag.matches("[0-9]{1,18}")) {
            throw new IllegalStateException("tag " + NEXT + "='" + tag + "' of the stream " + STREAM
                    + ": must be a number greater than all ids of producers in use; correct the tag");
        }
        return Long.parseLong(tag);
    }

    private synchronized void use(long first) {
        next = first;
        end = first + BLOCK;
    }
}
