package io.s3stream.kafka.producers;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.StreamReader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads the durable batches of a stream in order, some MiB at a time. The consumer runs on the thread that completes
 * the fetch, one batch after the other.
 */
public final class StreamScan {

    private static final int FETCH_BYTES = 4 << 20;

    private final StreamReader stream;
    private final Predicate<FetchedBatch> consumer;
    private final long end;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long next;

    private StreamScan(StreamReader stream, long from, Predicate<FetchedBatch> consumer) {
        this.stream = stream;
        this.consumer = consumer;
        this.end = stream.confirmOffset();
        this.next = from;
    }

    /**
     * Reads from an offset to the confirm offset of now.
     *
     * @param consumer must not keep the payload, which is valid during the call only
     * @return completes after the last batch; fails as a fetch does, or as the consumer threw
     */
    public static CompletableFuture<Void> run(StreamReader stream, long from, Consumer<FetchedBatch> consumer) {
        return runWhile(stream, from, batch -> {
            consumer.accept(batch);
            return true;
        });
    }

    /** As {@link #run}, and ends earlier: after the first batch for which the consumer returns {@code false}. */
    public static CompletableFuture<Void> runWhile(StreamReader stream, long from, Predicate<FetchedBatch> consumer) {
        StreamScan scan = new StreamScan(stream, from, consumer);
        scan.read();
        return scan.done;
    }

    /** A loop for results that are there at once, so that the stack does not grow with the stream. */
    private void read() {
        try {
            while (next < end) {
                CompletableFuture<FetchResult> result = stream.fetch(next, end, FETCH_BYTES, FetchOptions.NO_WAIT);
                if (!result.isDone()) {
                    result.whenComplete((batches, error) -> {
                        if (error != null) {
                            done.completeExceptionally(error);
                        } else if (take(batches)) {
                            read();
                        }
                    });
                    return;
                }
                if (!take(result.join())) {
                    return;
                }
            }
            done.complete(null);
        } catch (CompletionException e) {
            done.completeExceptionally(e.getCause() == null ? e : e.getCause());
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
    }

    private boolean take(FetchResult result) {
        try (result) {
            for (FetchedBatch batch : result.batches()) {
                if (!consumer.test(batch)) {
                    done.complete(null);
                    return false;
                }
            }
            next = result.nextOffset();
            return true;
        } catch (Throwable e) {
            done.completeExceptionally(e);
            return false;
        }
    }
}
