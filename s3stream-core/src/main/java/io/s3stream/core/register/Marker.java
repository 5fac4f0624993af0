package io.s3stream.core.register;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.bytes.ByteReader;
import io.s3stream.core.bytes.ByteWriter;
import java.util.Optional;
import java.util.UUID;

/**
 * What stands under {@code meta/head} of a store whose head is in another register: {magic {@code S3MR}, version, bucket,
 * is there a row, row?, CRC32C}.
 *
 * @param bucket drawn when the marker was first written
 * @param row of the register that belongs to this bucket; nothing before there is one, when nobody can use the store yet
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

    /** Whether these bytes are meant to be one. */
    static boolean isMarker(byte[] bytes) {
        return ByteReader.beginsWith(bytes, MAGIC);
    }

    /** @throws CorruptedDataException and nothing else, unless a marker of this version was written so */
    static Marker decode(byte[] bytes, String where) {
        ByteReader in = new ByteReader(bytes, MAGIC, where);
        in.requireVersion(VERSION);
        Marker marker = new Marker(in.uuid(), in.bool() ? Optional.of(in.uuid()) : Optional.empty());
        in.end();
        return marker;
    }
}
