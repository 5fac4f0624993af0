package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.core.bytes.Digest;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import io.s3stream.core.metadata.codec.MetadataFormat;
import io.s3stream.core.metadata.state.Entities;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.NodeSession;
import io.s3stream.core.metadata.state.NodeState;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a new store as a tool has assembled them: a checkpoint and a head that names it.
 *
 * @param storeId a new one, so that this store accepts no WAL of another store
 * @param nodes that have written objects: the next epoch of each, and of any other, is greater than the mark's
 * @param mark where the new metadata begin
 * @param objects by key and size; the number of an object is its place here, counted from 1
 * @param lastStreamId the greatest id of the lost store; no stream gets it again
 * @param streams closed ones, whose ranges name objects by number
 */
public record RestoredStore(
        UUID storeId,
        Set<Integer> nodes,
        RebuildMark mark,
        List<StoredObject> objects,
        long lastStreamId,
        List<RestoredStream> streams) {

    /** No store reaches this position: a key with a greater one was not written by a store. */
    private static final long MAX_POSITION = 1L << 61;

    /** The prefix of all objects of the metadata. */
    public static final String METADATA_PREFIX = "meta/";

    /** Returns the greatest position in the keys of these metadata objects; 0 if none has one. */
    public static long lastPosition(Collection<ObjectSummary> objects) {
        long last = 0;
        for (ObjectSummary object : objects) {
            for (MetadataKeys keys : MetadataKeys.values()) {
                long number = keys.number(object.key()).orElse(0);
                last = number > MAX_POSITION ? last : Math.max(last, number);
            }
        }
        return last;
    }

    /** A stream; {@code ranges} are contiguous and end at the committed end, {@code epochs} are those of its records. */
    public record RestoredStream(
            long id,
            String name,
            Map<String, String> tags,
            long epoch,
            long callerEpoch,
            boolean isSealed,
            long startOffset,
            List<RangeList.Range> ranges,
            EpochList epochs) {}

    /** Lies behind all earlier positions. At least 1, because no reader would load a checkpoint at position 0. */
    private long sequence() {
        return Math.addExact(mark.sequence(), 1);
    }

    /** Returns the initial state of the store. */
    public MetadataState state() {
        MetadataState state = new MetadataState(storeId, sequence());
        Entities entities = state.entities();
        entities.rebuildMark(mark);
        entities.lastStreamId(lastStreamId);
        nodes.forEach(id -> entities.putNode(new NodeState(
                NodeMetadata.untagged(id, mark.nodeEpoch(), CommittedPosition.NONE, List.of()),
                0,
                new NodeSession(storeId, Long.MIN_VALUE, List.of()))));
        Map<Long, long[]> live = new HashMap<>();
        for (RestoredStream stream : streams) {
            RangeList ranges = RangeList.of(stream.ranges());
            long end = ranges.isEmpty()
                    ? stream.startOffset()
                    : ranges.get(ranges.size() - 1).end();
            entities.putStream(new StreamMetadata(
                    stream.id(),
                    stream.name(),
                    stream.tags(),
                    stream.epoch(),
                    stream.callerEpoch(),
                    StreamMetadata.NO_OWNER,
                    0,
                    stream.isSealed(),
                    stream.startOffset(),
                    end,
                    ranges,
                    stream.epochs()));
            entities.lastStreamId(Math.max(entities.lastStreamId(), stream.id()));
            for (RangeList.Range range : stream.ranges()) {
                long[] counted = live.computeIfAbsent(range.objectId(), id -> new long[2]);
                counted[0]++;
                counted[1] += range.bytes();
            }
        }
        for (int i = 0; i < objects.size(); i++) {
            long[] counted = live.getOrDefault(i + 1L, new long[2]);
            StoredObject object = objects.get(i);
            entities.putObject(
                    new ObjectMetadata(i + 1L, object.key(), object.size(), Math.toIntExact(counted[0]), counted[1]));
        }
        entities.lastObjectId(objects.size());
        return state;
    }

    /**
     * Writes the metadata. The head comes last: without a head there is no store.
     *
     * @return fails with {@link ConflictException} if there already is a head
     */
    public CompletableFuture<Void> write(ObjectStorage storage, MetadataRegister register) {
        List<ByteBuffer> pieces = CheckpointCodec.encode(state());
        long length = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
        ObjectRef checkpoint = new ObjectRef("meta/checkpoint/" + storeId, length, Digest.of(pieces));
        byte[] head = HeadCodec.encode(new Head(
                MetadataFormat.SOFTWARE_VERSION,
                storeId,
                new Head.Checkpoint(checkpoint, sequence(), storeId),
                List.of(),
                sequence(),
                List.of()));
        return storage.put(checkpoint.key(), ObjectBody.of(pieces), PutCondition.ALWAYS)
                .thenCompose(written -> register.compareAndSet(Optional.empty(), head))
                .handle((version, error) -> error == null && version.isPresent()
                        ? CompletableFuture.<Void>completedFuture(null)
                        : settle(register, head, error))
                .thenCompose(future -> future);
    }

    /**
     * A lost response is neither success nor failure. The head in the register decides, because only this call writes
     * this store id.
     */
    private static CompletableFuture<Void> settle(MetadataRegister register, byte[] head, @Nullable Throwable error) {
        return register.read().thenAccept(present -> {
            if (present.isPresent() && Arrays.equals(present.get().value(), head)) {
                return;
            }
            if (present.isEmpty() && error != null) {
                throw Failures.asStreamException("metadata could not be written", error);
            }
            throw new ConflictException("object=" + MetadataLog.HEAD_KEY + ": a store already exists here; nothing was"
                    + " changed in it. Name an empty prefix");
        });
    }
}
