package io.s3stream.core.register;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import java.util.Optional;
import java.util.UUID;

/**
 * The content of {@code meta/head} if the head is in another register: {magic {@code S3MR}, version, bucket, is there a
 * row, row?, CRC32C}.
 *
 * @param bucket drawn when the marker was first written
 * @param row of the register that belongs to this bucket; empty before there is one, and no process may use the store
 *     then
 */
record Marker(UUID bucket, Optional<UUID> row) {

    private static final int MAGIC = 0x53334d52;
    private static final int VERSION = 1;

    Marker sealedTo(UUID newRow) {
        return new Marker(bucket, Optional.of(newRow));
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(MAGIC, VERSION).uuid(bucket).bool(row.isPresent());
        row.ifPresent(out::uuid);
        return out.sealToArray();
    }

    /** Returns whether these bytes claim to be a marker. */
    static boolean isMarker(byte[] bytes) {
        return ByteReader.beginsWith(bytes, MAGIC);
    }

    /** @throws CorruptedDataException and no other exception, unless these are the bytes of a marker of this version */
    static Marker decode(byte[] bytes, String where) {
        ByteReader in = new ByteReader(bytes, MAGIC, where);
        in.requireVersion(VERSION);
        Marker marker = new Marker(in.uuid(), in.bool() ? Optional.of(in.uuid()) : Optional.empty());
        in.end();
        return marker;
    }
}
