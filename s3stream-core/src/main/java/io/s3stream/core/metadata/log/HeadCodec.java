package io.s3stream.core.metadata.log;

import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.codec.MetadataFormat;
import io.s3stream.core.metadata.log.Head.Checkpoint;
import io.s3stream.core.metadata.log.Head.Entry;
import io.s3stream.core.metadata.log.Head.Inline;
import io.s3stream.core.metadata.log.Head.Referenced;
import io.s3stream.core.metadata.log.Head.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes the head: {magic {@code S3MH}, version, minimum software version, store id, sequence, checkpoint?, segments,
 * tail start, tail, CRC32C}.
 */
public final class HeadCodec {

    private static final int MAGIC = 0x53334d48;
    private static final int INLINE = 1;
    private static final int REFERENCED = 2;

    private HeadCodec() {}

    public static byte[] encode(Head head) {
        ByteWriter out = new ByteWriter(MAGIC, MetadataFormat.FORMAT_VERSION)
                .unsigned(head.minimumVersion())
                .uuid(head.storeId())
                .unsigned(head.sequence());
        Checkpoint checkpoint = head.checkpoint();
        out.bool(checkpoint != null);
        if (checkpoint != null) {
            write(out, checkpoint.object());
            out.unsigned(checkpoint.sequence()).uuid(checkpoint.chain());
        }
        out.unsigned(head.segments().size());
        for (Segment segment : head.segments()) {
            write(out, segment.object());
            out.unsigned(segment.first()).unsigned(segment.end()).uuid(segment.chain());
        }
        out.unsigned(head.tailStart()).unsigned(head.tail().size());
        for (Entry entry : head.tail()) {
            if (entry instanceof Inline inline) {
                out.u8(INLINE).unsigned(inline.commands()).bytes(inline.batch().array());
            } else if (entry instanceof Referenced referenced) {
                out.u8(REFERENCED).unsigned(referenced.commands());
                write(out, referenced.object());
            }
        }
        return out.sealToArray();
    }

    public static Head decode(byte[] bytes, String where) {
        return MetadataFormat.decode(bytes, MAGIC, where, in -> {
            long minimum = in.natural();
            if (minimum > MetadataFormat.SOFTWARE_VERSION) {
                throw MetadataFormat.tooNew(where, "a store of minimum software version " + minimum);
            }
            var storeId = in.uuid();
            long sequence = in.natural();
            Checkpoint checkpoint = in.bool() ? new Checkpoint(readRef(in), in.natural(), in.uuid()) : null;
            int count = in.count(36);
            List<Segment> segments = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                segments.add(new Segment(readRef(in), in.natural(), in.natural(), in.uuid()));
            }
            long tailStart = in.natural();
            Head head = new Head((int) minimum, storeId, checkpoint, segments, tailStart, readTail(in));
            check(in, head, sequence);
            return head;
        });
    }

    private static List<Entry> readTail(ByteReader in) {
        int count = in.count(3);
        List<Entry> tail = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int type = in.u8();
            int commands = Math.toIntExact(in.natural());
            if (type == INLINE) {
                tail.add(new Inline(new Bytes(in.bytes()), commands));
            } else if (type == REFERENCED) {
                tail.add(new Referenced(readRef(in), commands));
            } else {
                throw MetadataFormat.tooNew(in.where(), "tail entry type " + type);
            }
        }
        return tail;
    }

    /** Checks that there is no hole between checkpoint, segments and tail. */
    private static void check(ByteReader in, Head head, long sequence) {
        long at = head.checkpointed();
        for (Segment segment : head.segments()) {
            if (segment.first() > at || segment.end() <= segment.first() || segment.end() <= at) {
                throw in.corrupted("segment " + segment + " does not follow position " + at);
            }
            at = segment.end();
        }
        if (head.tailStart() != at) {
            throw in.corrupted("the tail begins at " + head.tailStart() + ", expected " + at);
        }
        if (head.sequence() != sequence) {
            throw in.corrupted("ends at " + head.sequence() + ", but says " + sequence);
        }
    }

    private static void write(ByteWriter out, ObjectRef object) {
        out.string(object.key()).unsigned(object.length()).uuid(object.digest());
    }

    private static ObjectRef readRef(ByteReader in) {
        return new ObjectRef(in.string(), in.natural(), in.uuid());
    }
}
