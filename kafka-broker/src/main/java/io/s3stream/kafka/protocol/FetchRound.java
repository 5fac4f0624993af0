package io.s3stream.kafka.protocol;

import io.s3stream.api.FetchResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A reading of the partitions of a fetch request. It owns their leases, and is guarded by its lock. Partitions with
 * records share the response: each may read its part of the room, several at a time, in the order of the request.
 * Clients move partitions that they got records of to the end of that order.
 */
final class FetchRound {

    /** Reads at a time. A read of cold data is a request to the object storage. */
    private static final int MAX_PARALLEL = 32;

    /** A share of the response below this is not worth a read. */
    private static final int MIN_SHARE = 64 << 10;

    private final List<FetchPart> parts;
    private final List<FetchPart> readable;
    private final long maxBytes;
    private final long share;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private int next;
    private int inFlight;
    private long bytes;
    private boolean isStarting;

    FetchRound(List<FetchPart> parts, int maxBytes) {
        this.parts = parts;
        this.readable = parts.stream().filter(FetchPart::isReadable).toList();
        this.maxBytes = Math.max(1, maxBytes);
        this.share = Math.max(MIN_SHARE, this.maxBytes / Math.max(1, readable.size()));
    }

    List<FetchPart> parts() {
        return parts;
    }

    /** Reads. Completes when no read is in flight; a failed read is an error of its partition. */
    CompletableFuture<Void> read() {
        proceed();
        return done;
    }

    /** Starts reads while there is room. A loop, because a read of cached records completes at once. */
    private void proceed() {
        while (true) {
            FetchPart part;
            synchronized (this) {
                if (isStarting) {
                    return; // the starting thread looks again
                }
                boolean hasMore = next < readable.size() && bytes < maxBytes;
                if (!hasMore || inFlight == MAX_PARALLEL) {
                    if (!hasMore && inFlight == 0) {
                        break;
                    }
                    return;
                }
                part = readable.get(next++);
                inFlight++;
                isStarting = true;
            }
            start(part);
            synchronized (this) {
                isStarting = false;
            }
        }
        done.complete(null);
    }

    private void start(FetchPart part) {
        long limit = Math.max(1, Math.min(Math.min(part.maxBytes(), share), Integer.MAX_VALUE));
        CompletableFuture<FetchResult> read;
        try {
            read = part.read((int) limit);
        } catch (Throwable e) {
            read = CompletableFuture.failedFuture(e);
        }
        read.whenComplete((result, error) -> {
            ended(part, result, error);
            proceed();
        });
    }

    private synchronized void ended(FetchPart part, @Nullable FetchResult result, @Nullable Throwable error) {
        inFlight--;
        if (result == null) {
            part.fail(StoreErrors.ofRead(error == null ? new IllegalStateException("a read without a result") : error));
            return;
        }
        part.succeed(result);
        result.batches().forEach(batch -> bytes += batch.payload().remaining());
    }

    /** Puts the records into the response, at most the bytes that the client permits; returns their bytes. */
    synchronized long fill() {
        long filled = 0;
        for (FetchPart part : parts) {
            filled += part.fill(maxBytes - filled, filled == 0);
        }
        return filled;
    }

    synchronized boolean hasErrors() {
        return parts.stream().anyMatch(FetchPart::hasFailed);
    }

    /** Ends all leases. Idempotent. */
    synchronized void release() {
        parts.forEach(FetchPart::release);
    }
}
