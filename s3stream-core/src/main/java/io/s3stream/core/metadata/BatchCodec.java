package io.s3stream.core.metadata;

import io.s3stream.core.metadata.codec.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Encodes a batch: {magic {@code S3MB}, version, node id, session, number, count, commands, CRC32C}. Encodes a segment
 * of batches, oldest first: {magic {@code S3MS}, version, chain value before the first, count, batches each with its
 * length, CRC32C}.
 */
final class BatchCodec {

    private static final int BATCH_MAGIC = 0x53334d42;
    private static final int SEGMENT_MAGIC = 0x53334d53;

    private BatchCodec() {}

    /** A batch as read from the log, with the digest of its bytes. */
    record LoggedBatch(Batch batch, UUID digest) {

        static LoggedBatch of(byte[] bytes, String where) {
            return new LoggedBatch(decode(bytes, where), Digest.of(bytes));
        }
    }

    /** @param chain the chain value before the first batch */
    record Segment(UUID chain, List<LoggedBatch> batches) {}

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

    /** @param chain the chain value before the first batch */
    static byte[] encodeSegment(UUID chain, List<byte[]> batches) {
        ByteWriter out = new ByteWriter(SEGMENT_MAGIC, MetadataFormat.FORMAT_VERSION)
                .uuid(chain)
                .unsigned(batches.size());
        batches.forEach(out::bytes);
        return out.sealToArray();
    }

    static Segment decodeSegment(byte[] bytes, String where) {
        return MetadataFormat.decode(bytes, SEGMENT_MAGIC, where, in -> {
            UUID chain = in.uuid();
            int count = in.count(1);
            List<LoggedBatch> batches = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                batches.add(LoggedBatch.of(in.bytes(), where + "#" + i));
            }
            return new Segment(chain, batches);
        });
    }
}
