package io.s3stream.wal.s3;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.wal.s3.fence.WalKeys;
import io.s3stream.wal.s3.request.Listing;
import io.s3stream.wal.s3.request.Requests;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads the objects of a generation ahead, in parallel, and returns them in the order of their sequences. Listings give
 * the sizes of the next objects, so that read-ahead takes at most {@link #MAX_BYTES}. Listings never prove absence: an
 * object that is not listed is read too, one at a time (L3).
 *
 * <p>Owned by the medium's serial context; one {@link #take} at a time.
 */
final class FrameWindow {

    static final int MAX_READS = 32;
    static final long MAX_BYTES = 64L << 20;

    private final Requests requests;
    private final WalKeys keys;
    private final Deque<ObjectSummary> listed = new ArrayDeque<>();
    private final Deque<Read> reads = new ArrayDeque<>();
    private String listedThrough;
    private boolean isListed;
    private long bytes;
    private long next;
    private boolean isClosed;

    private record Read(long size, CompletableFuture<Optional<ObjectContent>> content) {}

    /** @param first the first sequence to read */
    FrameWindow(Requests requests, WalKeys keys, long first) {
        this.requests = requests;
        this.keys = keys;
        this.next = first;
        this.listedThrough = keys.before(first);
    }

    /** Returns the object of the next sequence, which the caller must close; empty if there is none. */
    CompletableFuture<Optional<ObjectContent>> take() {
        return list().thenCompose(done -> {
            readAhead();
            Read first = reads.removeFirst();
            return first.content().whenComplete((content, error) -> bytes -= first.size());
        });
    }

    private CompletableFuture<Void> list() {
        while (!listed.isEmpty() && WalKeys.sequence(listed.peekFirst().key()) < next) {
            listed.removeFirst();
        }
        if (isListed || !listed.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return new Listing(requests).page(keys.prefix(), listedThrough).thenAccept(page -> {
            isListed = page.isEmpty();
            if (!isListed) {
                listedThrough = page.get(page.size() - 1).key();
                page.stream()
                        .filter(object -> WalKeys.sequence(object.key()) >= next)
                        .forEach(listed::addLast);
                isListed = listed.isEmpty();
            }
        });
    }

    private void readAhead() {
        while (!listed.isEmpty()
                && WalKeys.sequence(listed.peekFirst().key()) == next
                && (reads.isEmpty()
                        || (reads.size() < MAX_READS
                                && bytes + listed.peekFirst().size() <= MAX_BYTES))) {
            read(listed.removeFirst().size());
        }
        if (reads.isEmpty()) {
            read(0);
        }
    }

    private void read(long size) {
        String key = keys.of(next++);
        bytes += size;
        CompletableFuture<Optional<ObjectContent>> content =
                requests.send("GET " + key, storage -> storage.get(key, ByteRange.WHOLE));
        reads.addLast(new Read(size, content));
    }

    /** Closes the window. Objects in flight are closed when they arrive. */
    void close() {
        isClosed = true;
        for (Read read : reads) {
            read.content().thenAccept(content -> content.ifPresent(ObjectContent::close));
        }
        reads.clear();
    }

    boolean isClosed() {
        return isClosed;
    }
}
