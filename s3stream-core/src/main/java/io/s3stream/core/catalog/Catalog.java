package io.s3stream.core.catalog;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.StreamMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * All streams of one state. Encoded as {magic {@code S3CT}, version, last stream id, number of streams, then for each
 * stream in order of ids: difference to the previous id, name, number of tags, keys and values, epoch, caller epoch, whether it is sealed, start offset;
 * CRC32C}. Version 1 has neither
 * caller epochs nor seals.
 *
 * @param lastStreamId a stream up to this id that is not in {@code streams} was deleted
 * @param streams by id
 */
public record Catalog(long lastStreamId, Map<Long, Entry> streams) {

    private static final int MAGIC = 0x53334354;
    private static final int VERSION = 2;
    private static final int ENTRY_BYTES = 5; // of version 1

    /** A stream. Epochs and start offset are those at the time of writing; they never decrease. */
    public record Entry(
            String name, Map<String, String> tags, long epoch, long callerEpoch, boolean isSealed, long startOffset) {}

    /** The empty catalogue, for a store without one. */
    public static final Catalog NONE = new Catalog(0, Map.of());

    /** Returns whether the stream was deleted before the catalogue was written. */
    public boolean isDeleted(long streamId) {
        return streamId <= lastStreamId && !streams.containsKey(streamId);
    }

    static List<ByteBuffer> encode(MetadataView view) {
        ByteWriter out = new ByteWriter(MAGIC, VERSION).unsigned(view.lastStreamId());
        List<StreamMetadata> streams = view.streams("");
        out.unsigned(streams.size());
        long before = 0;
        for (StreamMetadata stream : streams) {
            out.unsigned(stream.id() - before).string(stream.name());
            out.unsigned(stream.tags().size());
            new TreeMap<>(stream.tags()).forEach((key, value) -> out.string(key).string(value));
            out.unsigned(stream.epoch())
                    .unsigned(stream.callerEpoch())
                    .bool(stream.isSealed())
                    .unsigned(stream.startOffset());
            before = stream.id();
        }
        return out.seal();
    }

    /** @throws CorruptedDataException if the bytes are not a catalogue */
    static Catalog decode(byte[] bytes, String where) {
        ByteReader in = new ByteReader(bytes, MAGIC, where);
        boolean isOld = in.version() == 1;
        if (!isOld) {
            in.requireVersion(VERSION);
        }
        long last = in.natural();
        Map<Long, Entry> streams = new TreeMap<>();
        int count = in.count(ENTRY_BYTES);
        long id = 0;
        for (int i = 0; i < count; i++) {
            long distance = in.natural();
            if (distance < 1 || distance > Long.MAX_VALUE - id) {
                throw in.corrupted("stream ids do not increase");
            }
            id += distance;
            String name = in.string();
            Map<String, String> tags = new TreeMap<>();
            for (int tag = in.count(2); tag > 0; tag--) {
                tags.put(in.string(), in.string());
            }
            long epoch = in.natural();
            long callerEpoch = isOld ? 0 : in.natural();
            boolean isSealed = !isOld && in.bool();
            streams.put(id, new Entry(name, tags, epoch, callerEpoch, isSealed, in.natural()));
        }
        in.end();
        return new Catalog(last, streams);
    }

    /** Returns a hash of the ids, names, tags and seals of all streams. It ignores epochs and start offsets. */
    static int fingerprint(MetadataView view) {
        CRC32C crc = new CRC32C();
        update(crc, Long.toString(view.lastStreamId()));
        view.forEachStream(stream -> {
            update(crc, stream.id() + (stream.isSealed() ? " sealed " : " ") + stream.name());
            if (!stream.tags().isEmpty()) {
                update(crc, new TreeMap<>(stream.tags()).toString());
            }
        });
        return (int) crc.getValue();
    }

    private static void update(CRC32C crc, String text) {
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        crc.update('\n');
    }
}
