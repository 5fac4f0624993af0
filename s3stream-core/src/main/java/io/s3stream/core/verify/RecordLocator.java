package io.s3stream.core.verify;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.verify.ObjectIndexes.DamagedIndexException;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Finds the bytes of one offset, starting from the metadata. Thread-safe, stateless. */
public final class RecordLocator {

    private final MetadataState state;
    private final ObjectIndexes indexes;
    private final BlockReads blocks;

    public RecordLocator(MetadataState state, ObjectIndexes indexes, BlockReads blocks) {
        this.state = state;
        this.indexes = indexes;
        this.blocks = blocks;
    }

    /**
     * Finds the record.
     *
     * @param name of the stream, or its id if no stream has that name
     * @return fails with {@link CorruptedDataException} if a step on the path to the record fails
     */
    public CompletableFuture<RecordLocation> locate(String name, long offset) {
        StreamMetadata stream = stream(name);
        if (offset < 0) {
            throw new InvalidRequestException("offset=" + offset + ": must be 0 or greater");
        }
        if (offset < stream.startOffset()) {
            return CompletableFuture.completedFuture(new RecordLocation.Trimmed(stream.id(), stream.startOffset()));
        }
        RecordLocation quarantined = quarantined(stream, offset);
        if (quarantined != null) {
            return CompletableFuture.completedFuture(quarantined);
        }
        if (offset >= stream.committedEnd()) {
            return CompletableFuture.completedFuture(notCommitted(stream));
        }
        int at = stream.ranges().indexOf(offset);
        ObjectMetadata object =
                at < 0 ? null : state.object(stream.ranges().get(at).objectId());
        if (object == null) {
            throw new CorruptedDataException("stream=" + stream.id() + " offset=" + offset
                    + ": committed, but the metadata has no object with it; 'verify' says more");
        }
        return locate(stream.id(), offset, stream.ranges().get(at), object);
    }

    private StreamMetadata stream(String name) {
        StreamMetadata stream = state.findStream(name).orElse(null);
        if (stream == null && name.matches("\\d{1,18}")) {
            stream = state.stream(Long.parseLong(name));
        }
        if (stream == null) {
            throw new StreamNotFoundException("stream=" + name + ": no stream has this name or id");
        }
        return stream;
    }

    private @Nullable RecordLocation quarantined(StreamMetadata stream, long offset) {
        Quarantine quarantine = offset < stream.committedEnd() ? null : state.quarantine(stream.id());
        if (quarantine == null) {
            return null;
        }
        for (Quarantine.Kept kept : quarantine.kept()) {
            ObjectMetadata object = state.object(kept.objectId());
            if (object != null && kept.start() <= offset && offset < kept.end()) {
                return new RecordLocation.Quarantined(
                        stream.id(),
                        new RecordLocation.RangeOfStream(kept.start(), kept.end(), kept.bytes(), kept.maxTimestamp()),
                        new RecordLocation.StoredObject(object.key(), object.size()),
                        quarantine.describe(stream.committedEnd()));
            }
        }
        return null;
    }

    private RecordLocation notCommitted(StreamMetadata stream) {
        NodeMetadata owner = stream.isOpen() ? state.node(stream.owner()) : null;
        if (owner == null) {
            return new RecordLocation.NotCommitted(
                    stream.id(), stream.committedEnd(), StreamMetadata.NO_OWNER, 0, List.of());
        }
        long committed = owner.committed().sequence();
        List<RecordLocation.WalGeneration> generations = new ArrayList<>();
        for (Generation generation : owner.generations()) {
            if (generation.sealedEnd().orElse(Long.MAX_VALUE) > committed) {
                generations.add(new RecordLocation.WalGeneration(
                        generation.descriptor().uri().toString(),
                        generation.walEpoch(),
                        generation.firstSequence(),
                        generation.sealedEnd()));
            }
        }
        return new RecordLocation.NotCommitted(
                stream.id(), stream.committedEnd(), stream.owner(), committed, generations);
    }

    private CompletableFuture<RecordLocation> locate(
            long streamId, long offset, RangeList.Range range, ObjectMetadata object) {
        String where = "object=" + object.key() + " stream=" + streamId + " offset=" + offset;
        return indexes.read(object.key())
                .exceptionally(error -> {
                    throw Failures.unwrap(error) instanceof DamagedIndexException damage
                            ? new CorruptedDataException(where + ": " + damage.getMessage(), damage)
                            : new CompletionException(Failures.unwrap(error));
                })
                .thenCompose(found -> {
                    ObjectIndex index = found.orElseThrow(() -> new CorruptedDataException(
                                    where + ": the metadata names it but it is not in object storage"))
                            .index();
                    int at = index.find(streamId, offset);
                    if (at < 0) {
                        throw new CorruptedDataException(where + ": not in the object's index");
                    }
                    BlockEntry entry = index.entries().get(at);
                    Search search = new Search(offset);
                    return blocks.read(object.key(), List.of(entry), search).thenApply(there -> {
                        RecordLocation.Batch batch = search.found;
                        if (batch == null) {
                            throw new CorruptedDataException(where + " position=" + entry.position()
                                    + ": the block does not have it" + search.damage);
                        }
                        return new RecordLocation.Committed(
                                streamId,
                                new RecordLocation.RangeOfStream(
                                        range.start(), range.end(), range.bytes(), range.maxTimestamp()),
                                new RecordLocation.StoredObject(object.key(), object.size()),
                                new RecordLocation.Block(
                                        entry.position(),
                                        entry.size(),
                                        entry.streamEpoch(),
                                        entry.baseOffset(),
                                        entry.endOffset(),
                                        entry.maxTimestamp()),
                                batch,
                                search.damage);
                    });
                });
    }

    /** Searches a block, damaged or not, as far as its records can be followed. Used by one thread at a time. */
    private static final class Search implements BlockReads.Receiver {

        private final long offset;
        private final List<String> damage = new ArrayList<>();
        private RecordLocation.@Nullable Batch found;

        Search(long offset) {
            this.offset = offset;
        }

        @Override
        public void block(BlockEntry entry, ByteBuffer block) {
            try {
                BlockCheck.check(block, entry);
            } catch (CorruptedDataException e) {
                damage.add(String.valueOf(e.getMessage()));
            }
            try {
                for (int at = BlockFormat.HEADER_BYTES; at < block.limit() && found == null; ) {
                    int next = RecordFormat.checkHeader(block, at, block.limit());
                    if (RecordFormat.baseOffset(block, at) <= offset && offset < RecordFormat.endOffset(block, at)) {
                        found = new RecordLocation.Batch(
                                entry.position() + at,
                                RecordFormat.streamEpoch(block, at),
                                RecordFormat.baseOffset(block, at),
                                RecordFormat.recordCount(block, at),
                                RecordFormat.maxTimestamp(block, at),
                                RecordFormat.payloadBytes(block, at));
                    }
                    at = next;
                }
            } catch (CorruptedDataException e) {
                damage.add(String.valueOf(e.getMessage()));
            }
        }
    }
}
