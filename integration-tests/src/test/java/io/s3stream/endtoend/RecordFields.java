package io.s3stream.endtoend;

import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.RecordChecksum;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.List;

/** The fields of one record, from which tests make data objects. */
record RecordFields(long stream, long epoch, long offset, int count, long timestamp, byte[] payload) {

    static RecordFields of(long stream, long epoch, long offset, int count, long timestamp, byte[] payload) {
        return new RecordFields(stream, epoch, offset, count, timestamp, payload);
    }

    RecordFields with(byte[] other) {
        return new RecordFields(stream, epoch, offset, count, timestamp, other);
    }

    /** An object of one block of contiguous records. */
    static byte[] object(long stream, long epoch, RecordFields... records) {
        int body = 0;
        long reached = Long.MIN_VALUE;
        for (RecordFields record : records) {
            body += RecordFormat.encodedBytes(record.payload().length);
            reached = Math.max(reached, record.timestamp());
        }
        int size = BlockFormat.HEADER_BYTES + body;
        ByteBuffer block = ByteBuffer.allocate(size);
        int at = BlockFormat.HEADER_BYTES;
        for (RecordFields record : records) {
            RecordFormat.encode(
                    block,
                    at,
                    record.stream(),
                    record.epoch(),
                    record.offset(),
                    record.count(),
                    record.timestamp(),
                    ByteBuffer.wrap(record.payload()));
            at += RecordFormat.encodedBytes(record.payload().length);
        }
        long base = records[0].offset();
        RecordFields last = records[records.length - 1];
        long end = last.offset() + last.count();
        int crc = RecordChecksum.compute(block, BlockFormat.HEADER_BYTES, size);
        block.put(0, BlockFormat.header(stream, base, end, body, records.length, crc), 0, BlockFormat.HEADER_BYTES);
        ByteBuffer tail =
                ObjectIndex.encodeTail(List.of(new BlockEntry(stream, epoch, base, end, reached, 0, size)), size);
        byte[] bytes = new byte[size + tail.remaining()];
        block.get(0, bytes, 0, size);
        tail.get(bytes, size, tail.remaining());
        return bytes;
    }
}
