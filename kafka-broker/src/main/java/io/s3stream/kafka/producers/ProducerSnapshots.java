package io.s3stream.kafka.producers;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.StoreBusyException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one log, in its companion stream. Owns the handle of that stream. The stream keeps the last two
 * snapshots. Its log makes one call at a time.
 */
public final class ProducerSnapshots {

    private static final Logger LOG = LoggerFactory.getLogger(ProducerSnapshots.class);
    private static final int MAX_PART_BYTES = 1 << 20;
    private static final long NONE = -1;

    private final Stream stream;

    /** The first offset, in the companion stream, of the newest good snapshot. */
    private volatile long newest = NONE;

    private volatile long bytesOfNewest;

    public ProducerSnapshots(Stream stream) {
        this.stream = stream;
    }

    /** A snapshot, and its place in the companion stream. */
    private record Found(ProducerSnapshot snapshot, long firstOffset) {}

    /** Puts parts together. Confined to one scan. */
    private final class Assembly {
        final List<Found> complete = new ArrayList<>();
        final List<SnapshotCodec.Part> parts = new ArrayList<>();
        long firstOffset;
        boolean hasUnreadable;

        void add(long offset, ByteBuffer payload) {
            try {
                SnapshotCodec.Part part = SnapshotCodec.decodePart(payload);
                boolean continues = !parts.isEmpty()
                        && part.index() == parts.size()
                        && part.count() == parts.get(0).count()
                        && part.offset() == parts.get(0).offset();
                if (!continues) {
                    parts.clear();
                    firstOffset = offset;
                }
                if (continues || part.index() == 0) {
                    parts.add(part);
                }
                if (!parts.isEmpty() && parts.size() == part.count()) {
                    complete.add(new Found(SnapshotCodec.decode(parts), firstOffset));
                    parts.clear();
                }
            } catch (UnreadableSnapshotException e) {
                hasUnreadable = true;
                parts.clear();
                LOG.warn("{}: the snapshot at offset {} is unreadable: {}", stream.name(), offset, e.getMessage());
            }
        }
    }

    /**
     * Reads the newest snapshot between two offsets of the log.
     *
     * @param start of the log: an older snapshot knows batches that the log no longer has, and lacks others
     * @param end of the durable data of the log
     * @return nothing if there is no such snapshot; then the log replays from its start
     */
    public CompletableFuture<Optional<ProducerSnapshot>> load(long start, long end) {
        Assembly assembly = new Assembly();
        return StreamScan.run(stream, stream.startOffset(), batch -> assembly.add(batch.baseOffset(), batch.payload()))
                .thenApply(scanned -> choose(assembly, start, end));
    }

    private Optional<ProducerSnapshot> choose(Assembly assembly, long start, long end) {
        for (int i = assembly.complete.size() - 1; i >= 0; i--) {
            Found found = assembly.complete.get(i);
            long offset = found.snapshot().offset();
            if (offset >= start && offset <= end) {
                newest = found.firstOffset();
                return Optional.of(found.snapshot());
            }
            LOG.warn(
                    "{}: a snapshot at offset {} is not used: the log has offsets {} to {}",
                    stream.name(),
                    offset,
                    start,
                    end);
        }
        if (assembly.hasUnreadable) {
            LOG.warn("{}: no snapshot is readable; the log is replayed from its start {}", stream.name(), start);
        }
        return Optional.empty();
    }

    /** Appends a snapshot and drops all but the one before it. Completes when the snapshot is durable. */
    CompletableFuture<Void> write(ProducerSnapshot snapshot) {
        List<ByteBuffer> parts = SnapshotCodec.encode(snapshot, Math.min(MAX_PART_BYTES, stream.maxAppendBytes()));
        bytesOfNewest = parts.stream().mapToLong(ByteBuffer::remaining).sum();
        long first = stream.nextOffset();
        return append(parts, 0).thenCompose(durable -> {
            long keep = newest;
            newest = first;
            return keep == NONE ? CompletableFuture.<Void>completedFuture(null) : stream.trim(keep);
        });
    }

    private CompletableFuture<?> append(List<ByteBuffer> parts, int from) {
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        for (int i = from; i < parts.size(); i++) {
            int index = i;
            try {
                AppendResult result = stream.tryAppend(RecordBatch.of(parts.get(i), System.currentTimeMillis()));
                last = result.durable();
            } catch (StoreBusyException e) {
                return stream.writable(parts.get(i).remaining()).thenCompose(writable -> append(parts, index));
            }
        }
        return last; // batches of a stream become durable in order
    }

    /** The size of the newest snapshot that this broker has written; 0 before the first. */
    long bytesOfNewest() {
        return bytesOfNewest;
    }

    CompletableFuture<Void> close() {
        return stream.close();
    }
}
