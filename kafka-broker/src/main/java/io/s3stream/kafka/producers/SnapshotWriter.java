package io.s3stream.kafka.producers;

import io.s3stream.api.Stream;
import io.s3stream.api.errors.StreamNotFoundException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a log writes a snapshot, and writes one at a time. A snapshot is appended after all batches that it
 * stands for are durable, so that no snapshot covers lost data. Thread-safe; its own lock guards its fields. It never
 * takes the lock of the log while it holds its own.
 */
public final class SnapshotWriter {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);

    /** Large snapshots are rarer: a log writes at most a quarter as many bytes of snapshots as of batches. */
    private static final int BYTES_PER_SNAPSHOT_BYTE = 4;

    private final Stream log;
    private final ProducerSnapshots snapshots;
    private final long snapshotBytes;
    private final Executor background;

    private long bytesSinceLast;
    private long lastOffset;
    private boolean isClosed;
    private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

    /**
     * @param snapshots of the log; owned from now on
     * @param snapshotBytes appended bytes after which a snapshot is due
     * @param background encodes: neither the event loops nor the store's callback thread do
     * @param lastOffset of the newest snapshot that is there, or -1
     */
    public SnapshotWriter(
            Stream log, ProducerSnapshots snapshots, long snapshotBytes, Executor background, long lastOffset) {
        this.log = log;
        this.snapshots = snapshots;
        this.snapshotBytes = snapshotBytes;
        this.background = background;
        this.lastOffset = lastOffset;
    }

    /** Notes an append. Returns whether a snapshot is due. */
    public synchronized boolean appended(int bytes) {
        bytesSinceLast += bytes;
        long due = Math.max(snapshotBytes, BYTES_PER_SNAPSHOT_BYTE * snapshots.bytesOfNewest());
        return bytesSinceLast >= due && writing.isDone() && !isClosed;
    }

    /** Whether the newest snapshot, written or being written, stands for all batches before {@code offset}. */
    public synchronized boolean covers(long offset) {
        return lastOffset >= offset;
    }

    /** Completes when the write in progress ends; completes at once if there is none. Never fails. */
    public synchronized CompletableFuture<Void> current() {
        return writing.handle((done, error) -> null);
    }

    /**
     * Writes a snapshot, after the one in progress.
     *
     * @param copy taken under the lock of the log
     * @return completes when the snapshot is durable; fails if the log or the companion stream does. The log can be
     *     used without: a later opening replays more
     */
    public CompletableFuture<Void> write(ProducerSnapshot copy) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> before;
        synchronized (this) {
            before = writing;
            writing = mine;
            bytesSinceLast = 0;
            lastOffset = Math.max(lastOffset, copy.offset());
        }
        try {
            before.handle((done, error) -> null)
                    .thenCompose(ended -> log.whenDurable(copy.offset()))
                    .thenComposeAsync(durable -> snapshots.write(copy), background)
                    .whenComplete((done, error) -> ended(copy, mine, error));
        } catch (Throwable e) { // the background thread has ended
            ended(copy, mine, e);
        }
        return mine;
    }

    private void ended(ProducerSnapshot copy, CompletableFuture<Void> mine, @Nullable Throwable error) {
        if (error == null) {
            mine.complete(null);
            return;
        }
        synchronized (this) {
            if (lastOffset == copy.offset()) {
                lastOffset = -1;
            }
        }
        LOG.warn(
                "{}: no snapshot of the producers at offset {}; a later one follows", log.name(), copy.offset(), error);
        mine.completeExceptionally(error);
    }

    /** Whether the companion stream is closed or being closed: no snapshot follows. */
    public synchronized boolean isClosed() {
        return isClosed;
    }

    /** Closes the companion stream after the write in progress. Idempotent. Never fails: a failure is logged. */
    public CompletableFuture<Void> close() {
        synchronized (this) {
            isClosed = true;
        }
        return current().thenCompose(ended -> snapshots.close()).exceptionally(error -> {
            if (error.getCause() instanceof StreamNotFoundException) {
                LOG.debug("{}: the companion stream was deleted", log.name());
            } else {
                LOG.warn("{}: closing the companion stream failed", log.name(), error);
            }
            return null;
        });
    }
}
