package io.s3stream.core.metadata.codec;

import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.Entities;
import io.s3stream.core.metadata.state.History;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.NodeSession;
import io.s3stream.core.metadata.state.NodeState;
import io.s3stream.core.metadata.state.Release;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Encodes a whole state: {magic {@code S3MC}, version, store id, sequence, chain values, last stream id, last object
 * id, node epoch floor, nodes with sessions and results, objects by id, streams by id with their ranges, releases, quarantines, rebuild
 * mark, CRC32C}. Each of the last three parts is omitted if it and all parts after it are empty. Ids, offsets and
 * timestamps are written as differences.
 */
public final class CheckpointCodec {

    private static final int MAGIC = 0x53334d43;

    private CheckpointCodec() {}

    public static List<ByteBuffer> encode(MetadataState state) {
        Entities entities = state.entities();
        ByteWriter out = new ByteWriter(MAGIC, MetadataFormat.FORMAT_VERSION)
                .uuid(state.storeId())
                .unsigned(state.sequence());
        state.history().write(out);
        out.unsigned(entities.lastStreamId())
                .unsigned(entities.lastObjectId())
                .unsigned(entities.nodeFloor())
                .unsigned(entities.nodes.size());
        entities.nodes.values().forEach(node -> writeNode(out, node));
        out.unsigned(entities.objects.size());
        long[] before = new long[1];
        entities.objects.forEach(object -> {
            out.unsigned(object.id() - before[0])
                    .string(object.key())
                    .unsigned(object.size())
                    .unsigned(object.liveRanges())
                    .unsigned(object.liveBytes());
            before[0] = object.id();
        });
        out.unsigned(entities.streams.size());
        before[0] = 0;
        entities.streams.forEach(stream -> {
            writeStream(out, stream, before[0]);
            before[0] = stream.id();
        });
        boolean isRebuilt = !state.rebuildMark().equals(RebuildMark.NONE);
        boolean hasQuarantines = !entities.quarantines.isEmpty() || isRebuilt;
        if (!entities.releases.isEmpty() || hasQuarantines) {
            out.unsigned(entities.releases.size());
            entities.releases.values().forEach(release -> writeRelease(out, release));
        }
        if (hasQuarantines) {
            out.unsigned(entities.quarantines.size());
            QuarantineCodec.write(out, entities.quarantines.values());
        }
        if (isRebuilt) {
            out.unsigned(state.rebuildMark().nodeEpoch())
                    .unsigned(state.rebuildMark().sequence());
        }
        return out.seal();
    }

    public static MetadataState decode(byte[] bytes, String where) {
        return MetadataFormat.decode(bytes, MAGIC, where, in -> {
            MetadataState state = new MetadataState(in.uuid(), in.natural(), History.read(in));
            Entities entities = state.entities();
            entities.lastStreamId(in.natural());
            entities.lastObjectId(in.natural());
            entities.nodeFloor(in.natural());
            int nodes = in.count(17);
            for (int i = 0; i < nodes; i++) {
                entities.putNode(readNode(in));
            }
            int objects = in.count(5);
            long id = 0;
            for (int i = 0; i < objects; i++) {
                id = following(in, id, entities.lastObjectId());
                entities.putObject(
                        new ObjectMetadata(id, in.string(), in.natural(), Math.toIntExact(in.natural()), in.natural()));
            }
            int streams = in.count(11);
            id = 0;
            for (int i = 0; i < streams; i++) {
                StreamMetadata stream = readStream(in, following(in, id, entities.lastStreamId()));
                entities.putStream(stream);
                id = stream.id();
            }
            int releases = in.hasMore() ? in.count(6) : 0;
            for (int i = 0; i < releases; i++) {
                entities.putRelease(i, readRelease(in));
            }
            if (in.hasMore()) {
                QuarantineCodec.read(in).forEach(entities::putQuarantine);
            }
            if (in.hasMore()) {
                entities.rebuildMark(new RebuildMark(in.natural(), in.natural()));
            }
            return state;
        });
    }

    private static void writeNode(ByteWriter out, NodeState node) {
        NodeMetadata metadata = node.metadata();
        out.signed(metadata.id()).unsigned(metadata.epoch());
        DescriptorCodec.write(out, metadata.committed());
        out.unsigned(metadata.generations().size());
        for (Generation generation : metadata.generations()) {
            DescriptorCodec.write(out, generation.descriptor());
            out.signed(generation.firstSequence()).bool(generation.isSealed());
            generation.sealedEnd().ifPresent(out::signed);
        }
        DescriptorCodec.write(out, metadata.tags());
        NodeSession session = node.session();
        out.signed(node.lastWalEpoch())
                .uuid(session.id())
                .signed(session.lastBatch())
                .unsigned(session.results().size());
        session.results().forEach(result -> ResultCodec.write(out, result));
    }

    private static NodeState readNode(ByteReader in) {
        int id = in.signedInt();
        long epoch = in.natural();
        CommittedPosition committed = DescriptorCodec.readPosition(in);
        int count = in.count(10);
        List<Generation> generations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            generations.add(new Generation(
                    DescriptorCodec.readDescriptor(in),
                    in.signed(),
                    in.bool() ? OptionalLong.of(in.signed()) : OptionalLong.empty()));
        }
        var tags = DescriptorCodec.readMap(in);
        long lastWalEpoch = in.signed();
        var sessionId = in.uuid();
        long lastBatch = in.signed();
        int size = in.count(3);
        List<CommandResult> results = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            results.add(ResultCodec.read(in));
        }
        return new NodeState(
                new NodeMetadata(id, epoch, committed, generations, tags),
                lastWalEpoch,
                new NodeSession(sessionId, lastBatch, results));
    }

    private static void writeStream(ByteWriter out, StreamMetadata stream, long before) {
        out.unsigned(stream.id() - before).string(stream.name());
        DescriptorCodec.write(out, stream.tags());
        out.unsigned(stream.epoch()).unsigned(stream.callerEpoch()).bool(stream.isOpen());
        if (stream.isOpen()) {
            out.signed(stream.owner()).unsigned(stream.ownerEpoch());
        }
        out.bool(stream.isSealed()).unsigned(stream.startOffset()).unsigned(stream.committedEnd());
        writeRanges(out, stream.ranges(), stream.ranges().size(), stream.committedEnd());
        writeEpochs(out, stream.epochs());
    }

    private static void writeEpochs(ByteWriter out, EpochList epochs) {
        out.unsigned(epochs.size());
        long epoch = 0;
        long offset = 0;
        for (int i = 0; i < epochs.size(); i++) {
            out.unsigned(epochs.epoch(i) - epoch).unsigned(epochs.firstOffset(i) - offset);
            epoch = epochs.epoch(i);
            offset = epochs.firstOffset(i);
        }
    }

    private static EpochList readEpochs(ByteReader in) {
        int count = in.count(2);
        if (count > EpochList.MAX_EPOCHS) {
            throw in.corrupted(count + " epochs of a stream, at most " + EpochList.MAX_EPOCHS + " are kept");
        }
        EpochList epochs = EpochList.EMPTY;
        long epoch = 0;
        long offset = 0;
        for (int i = 0; i < count; i++) {
            epoch = Math.addExact(epoch, in.natural());
            offset = Math.addExact(offset, in.natural());
            epochs = epochs.with(epoch, offset);
        }
        if (epochs.size() != count) {
            throw in.corrupted(count + " epochs, of which " + epochs.size() + " ascend");
        }
        return epochs;
    }

    private static void writeRelease(ByteWriter out, Release release) {
        long end = release.ranges().get(release.count() - 1).end();
        writeRanges(out.unsigned(end), release.ranges(), release.count(), end);
    }

    private static Release readRelease(ByteReader in) {
        RangeList ranges = readRanges(in, in.natural());
        return new Release(ranges, ranges.size());
    }

    private static void writeRanges(ByteWriter out, RangeList ranges, int count, long end) {
        out.unsigned(count);
        long offset = end;
        long object = 0;
        long timestamp = 0;
        for (int i = count - 1; i >= 0; i--) {
            RangeList.Range range = ranges.get(i);
            out.unsigned(offset - range.start())
                    .signed(range.objectId() - object)
                    .unsigned(range.bytes())
                    .signed(range.maxTimestamp() - timestamp); // may overflow; the reader reverses the overflow
            offset = range.start();
            object = range.objectId();
            timestamp = range.maxTimestamp();
        }
    }

    /** Reads the next id. Ids ascend, and none is greater than the last assigned one. */
    private static long following(ByteReader in, long before, long last) {
        long id = Math.addExact(before, in.natural());
        if (id == before || id > last) {
            throw in.corrupted("id " + id + " after " + before + ", where the last assigned id is " + last);
        }
        return id;
    }

    private static StreamMetadata readStream(ByteReader in, long id) {
        String name = in.string();
        var tags = DescriptorCodec.readMap(in);
        long epoch = in.natural();
        long callerEpoch = in.natural();
        boolean open = in.bool();
        int owner = open ? in.signedInt() : StreamMetadata.NO_OWNER;
        long ownerEpoch = open ? in.natural() : 0;
        boolean isSealed = in.bool();
        long start = in.natural();
        long end = in.natural();
        return new StreamMetadata(
                id,
                name,
                tags,
                epoch,
                callerEpoch,
                owner,
                ownerEpoch,
                isSealed,
                start,
                end,
                readRanges(in, end),
                readEpochs(in));
    }

    private static RangeList readRanges(ByteReader in, long end) {
        int count = in.count(4);
        RangeList.Range[] ranges = new RangeList.Range[count];
        long offset = end;
        long object = 0;
        long timestamp = 0;
        for (int i = count - 1; i >= 0; i--) {
            long first = Math.subtractExact(offset, in.natural());
            object = Math.addExact(object, in.signed());
            long bytes = in.natural();
            timestamp += in.signed();
            ranges[i] = new RangeList.Range(first, offset, object, bytes, timestamp);
            offset = first;
        }
        return RangeList.of(List.of(ranges));
    }
}
