package io.s3stream.core.metadata.codec;

import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.bytes.Digest;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Encodes a batch: {magic {@code S3MB}, version, node id, session, number, count, commands, CRC32C}. Encodes a segment
 * of batches, oldest first: {magic {@code S3MS}, version, chain value before the first, count, batches each with its
 * length, CRC32C}.
 */
public final class BatchCodec {

    private static final int BATCH_MAGIC = 0x53334d42;
    private static final int SEGMENT_MAGIC = 0x53334d53;

    private BatchCodec() {}

    /** A batch as read from the log, with the digest of its bytes. */
    public record LoggedBatch(Batch batch, UUID digest) {

        public static LoggedBatch of(byte[] bytes, String where) {
            return new LoggedBatch(decode(bytes, where), Digest.of(bytes));
        }
    }

    /** @param chain the chain value before the first batch */
    public record Segment(UUID chain, List<LoggedBatch> batches) {}

    public static byte[] encode(Batch batch) {
        ByteWriter out = new ByteWriter(BATCH_MAGIC, MetadataFormat.FORMAT_VERSION)
                .signed(batch.nodeId())
                .uuid(batch.session())
                .signed(batch.number())
                .unsigned(batch.commands().size());
        batch.commands().forEach(command -> CommandCodec.write(out, command));
        return out.sealToArray();
    }

    public static Batch decode(byte[] bytes, String where) {
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
    public static byte[] encodeSegment(UUID chain, List<byte[]> batches) {
        ByteWriter out = new ByteWriter(SEGMENT_MAGIC, MetadataFormat.FORMAT_VERSION)
                .uuid(chain)
                .unsigned(batches.size());
        batches.forEach(out::bytes);
        return out.sealToArray();
    }

    public static Segment decodeSegment(byte[] bytes, String where) {
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
