package io.s3stream.core.recovery;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.QuarantinedRecords;
import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.Quarantine.Kept;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.upload.Uploader.NodeIdentity;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Ends quarantines on request of an operator [R37]. Stateless; works on the context of its tools. */
public final class QuarantineRelease {

    private static final int MAX_FILLERS = 1000;

    private final RecoveryTools with;
    private final NodeIdentity node;

    /** @param node any node; it issues the commands */
    public QuarantineRelease(RecoveryTools with, NodeIdentity node) {
        this.with = with;
        this.node = node;
    }

    /** Completes when the stream can be opened. Fails if it is not quarantined, or its records cannot be appended. */
    public CompletableFuture<Void> release(long streamId, QuarantinedRecords records) {
        MetadataClient metadata = with.metadata();
        return metadata.refresh()
                .thenComposeAsync(
                        view -> records == QuarantinedRecords.DISCARD
                                ? metadata.submit(command(streamId, false, Optional.empty()))
                                : append(view, streamId),
                        with.context())
                .thenApply(accepted -> null);
    }

    private CompletableFuture<Accepted> append(MetadataView view, long streamId) {
        CacheSegment fillers = fillers(view, streamId);
        if (fillers.isEmpty()) {
            return with.metadata().submit(command(streamId, true, Optional.empty()));
        }
        ObjectWriter writer = with.writerOfEpoch().apply(node.nodeEpoch());
        return writer.write(List.of(List.copyOf(fillers.runs())), fillers.slabs())
                .thenCompose(objects -> writer.keys()
                        .commit(with.metadata(), command(streamId, true, Optional.of(objects.get(0))), objects))
                .whenComplete((accepted, error) -> fillers.evict());
    }

    private Command command(long streamId, boolean keep, Optional<UploadedObject> filler) {
        return new Command.ReleaseQuarantine(node.nodeId(), node.nodeEpoch(), streamId, keep, filler);
    }

    /** Returns a batch for each run of missing offsets; none if the metadata will refuse the release anyway. */
    private CacheSegment fillers(MetadataView view, long streamId) {
        CacheSegment segment = new CacheSegment(CommittedPosition.NONE);
        StreamMetadata stream = view.stream(streamId);
        Quarantine quarantine = view.quarantine(streamId);
        if (stream == null || quarantine == null) {
            return segment;
        }
        RecordSlabs slabs = new RecordSlabs(with.slabs());
        try {
            long next = stream.committedEnd();
            int count = 0;
            for (Kept kept : quarantine.kept().stream()
                    .sorted(Comparator.comparingLong(Kept::start))
                    .toList()) {
                for (; next < kept.start(); count++) {
                    if (count == MAX_FILLERS) {
                        throw new InvalidRequestException("stream=" + streamId + " offset=" + next
                                + ": too many offsets are missing to fill them; discard the records");
                    }
                    next = fill(segment, slabs, stream, next, kept.start());
                }
                next = kept.end();
            }
            return segment;
        } catch (RuntimeException | Error e) {
            segment.evict();
            throw e;
        } finally {
            slabs.release();
        }
    }

    /** Returns the offset behind the filler. */
    private static long fill(CacheSegment segment, RecordSlabs slabs, StreamMetadata stream, long from, long to) {
        int count = (int) Math.min(Integer.MAX_VALUE, to - from);
        ByteBuffer payload = ByteBuffer.allocate(1);
        ByteBuffer record = ByteBuffer.allocate(RecordFormat.encodedBytes(payload.remaining()));
        RecordFormat.encode(record, 0, stream.id(), stream.epoch(), from, count, Long.MIN_VALUE, payload);
        segment.add(slabs.copy(record, 0, record.capacity()));
        return from + count;
    }
}
