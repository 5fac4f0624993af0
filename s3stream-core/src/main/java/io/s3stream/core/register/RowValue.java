package io.s3stream.core.register;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import java.util.UUID;

/**
 * The value of a register outside the store's bucket: {magic {@code S3MB}, version, bucket, row, head, CRC32C}.
 *
 * @param bucket of the marker in the bucket when the row was created
 * @param row drawn by the creator, so that no two registers have the same
 * @param head the register's content as the metadata see it
 */
@SuppressWarnings("ArrayRecordComponent") // only passed on, never compared
record RowValue(UUID bucket, UUID row, byte[] head) {

    private static final int MAGIC = 0x53334d42;
    private static final int VERSION = 1;

    byte[] encode() {
        return new ByteWriter(MAGIC, VERSION).uuid(bucket).uuid(row).bytes(head).sealToArray();
    }

    /** @throws CorruptedDataException and no other exception, unless these are the bytes of a value of this version */
    static RowValue decode(byte[] bytes, String where) {
        ByteReader in = new ByteReader(bytes, MAGIC, where);
        in.requireVersion(VERSION);
        RowValue value = new RowValue(in.uuid(), in.uuid(), in.bytes());
        in.end();
        return value;
    }
}
