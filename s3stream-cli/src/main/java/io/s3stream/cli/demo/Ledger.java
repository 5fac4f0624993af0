package io.s3stream.cli.demo;

import io.s3stream.cli.terminal.ToolException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Counts the records and bytes that were appended to a stream or read from it, with a checksum over all in order. */
final class Ledger {

    private final String stream;
    private final CRC32C crc = new CRC32C();
    private long records;
    private long bytes;

    Ledger(String stream) {
        this.stream = stream;
    }

    String stream() {
        return stream;
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    void add(ByteBuffer record) {
        records++;
        bytes += record.remaining();
        crc.update(record);
    }

    /** Throws unless {@code other} has the same records. */
    void requireEqual(Ledger other, String who) {
        if (records != other.records || bytes != other.bytes || crc.getValue() != other.crc.getValue()) {
            throw new ToolException(who + " of " + stream + " got " + other + " but " + this + " was appended");
        }
    }

    @Override
    public String toString() {
        return records + " records, " + bytes + " bytes, CRC32C " + Long.toHexString(crc.getValue());
    }
}
