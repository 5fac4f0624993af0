package io.s3stream.kafka.partition;

import java.nio.ByteBuffer;
import org.apache.kafka.common.InvalidRecordException;

/**
 * A pass over the records of a batch of format 2 that is not compressed. It checks that the records are as many as the
 * header says, that their offsets are contiguous, and that each one fills exactly its length. Consumers would stop at any
 * other batch. Makes no object for a record. The layout is Kafka's {@code DefaultRecord}.
 */
final class RecordWalk {

    /** The bytes of a batch before its first record. */
    private static final int HEADER_BYTES = 61;

    private static final int MAX_VARINT_BYTES = 5;
    private static final int MAX_VARLONG_BYTES = 10;

    private final ByteBuffer bytes;
    private final int end;
    private int at;

    private RecordWalk(ByteBuffer batch) {
        this.bytes = batch;
        this.at = batch.position() + HEADER_BYTES;
        this.end = batch.limit();
    }

    /**
     * Checks the records of a batch.
     *
     * @param batch from its first to its last byte; its position does not change
     * @param count the number of records that the header states
     * @throws InvalidRecordException with the record and its fault
     */
    static void check(ByteBuffer batch, int count) {
        RecordWalk walk = new RecordWalk(batch);
        for (int i = 0; i < count; i++) {
            walk.record(i);
        }
        if (walk.at != walk.end) {
            throw new InvalidRecordException(
                    (walk.end - walk.at) + " bytes follow the " + count + " records of a batch");
        }
    }

    private void record(int index) {
        int length = varint(index);
        if (length < 0 || length > end - at) {
            throw new InvalidRecordException("record " + index + " of a batch claims " + length
                    + " bytes, and the batch has " + (end - at) + " left");
        }
        int recordEnd = at + length;
        skip(1, index); // attributes
        skipVarlong(index); // timestamp
        int offset = varint(index);
        if (offset != index) {
            throw new InvalidRecordException("record " + index + " of a batch has the offset " + offset + " in it");
        }
        skipField(-1, index); // key
        skipField(-1, index); // value
        int headers = varint(index);
        if (headers < 0) {
            throw new InvalidRecordException("record " + index + " of a batch has " + headers + " headers");
        }
        for (int i = 0; i < headers; i++) {
            skipField(0, index);
            skipField(-1, index);
        }
        if (at != recordEnd) {
            throw new InvalidRecordException(
                    "record " + index + " of a batch ends " + (at - recordEnd) + " bytes after its length");
        }
    }

    /** @param least the least length: -1 for a field that may be null */
    private void skipField(int least, int index) {
        int length = varint(index);
        if (length < least) {
            throw new InvalidRecordException("record " + index + " of a batch has a field of " + length + " bytes");
        }
        skip(Math.max(0, length), index);
    }

    private void skip(int count, int index) {
        if (count > end - at) {
            throw cutShort(index);
        }
        at += count;
    }

    private void skipVarlong(int index) {
        for (int i = 0; i < MAX_VARLONG_BYTES; i++) {
            if (next(index) >= 0) {
                return;
            }
        }
        throw tooLong(index);
    }

    /** A number in zigzag code: seven bits a byte, the lowest first. */
    private int varint(int index) {
        int raw = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            byte next = next(index);
            raw |= (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw tooLong(index);
    }

    private byte next(int index) {
        if (at >= end) {
            throw cutShort(index);
        }
        return bytes.get(at++);
    }

    private static InvalidRecordException cutShort(int index) {
        return new InvalidRecordException("record " + index + " of a batch is cut short");
    }

    private static InvalidRecordException tooLong(int index) {
        return new InvalidRecordException("record " + index + " of a batch has a number of too many bytes");
    }
}
