package io.s3stream.core.metadata;

import io.s3stream.core.metadata.codec.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch: {magic {@code S3MB}, version, node id, session, number, count, commands, CRC32C}; and a segment of them, oldest
 * first: {magic {@code S3MS}, version, count, batches each with its length, CRC32C}.
 */
final class BatchCodec {

    private static final int BATCH_MAGIC = 0x53334d42;
    private static final int SEGMENT_MAGIC = 0x53334d53;

    private BatchCodec() {}

    static byte[] encode(Batch batch) {
        ByteWriter out = new ByteWriter(BATCH_MAGIC, MetadataFormat.FORMAT_VERSION)
                .signed(batch.nodeId())
                .uuid(batch.session())
                .signed(batch.number())
                .unsigned(batch.commands().size());
        batch.commands().forEach(command -> CommandCodec.write(out, command));
        return out.sealToArray();
    }

    static Batch decode(byte[] bytes, String where) {
        return MetadataFormat.decode(bytes, BATCH_MAGIC, where, in -> {
            var node = in.signedInt();
            var session = in.uuid();
            long number = in.signed();
            int count = in.count(3);
            List<Command> commands = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                commands.add(CommandCodec.read(in));
            }
            return new Batch(node, session, number, commands);
        });
    }

    static byte[] encodeSegment(List<byte[]> batches) {
        ByteWriter out = new ByteWriter(SEGMENT_MAGIC, MetadataFormat.FORMAT_VERSION).unsigned(batches.size());
        batches.forEach(out::bytes);
        return out.sealToArray();
    }

    static List<Batch> decodeSegment(byte[] bytes, String where) {
        return MetadataFormat.decode(bytes, SEGMENT_MAGIC, where, in -> {
            int count = in.count(1);
            List<Batch> batches = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                batches.add(decode(in.bytes(), where + "#" + i));
            }
            return batches;
        });
    }
}
