package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.wal.block.format.Holder;
import io.s3stream.wal.block.format.SharedLayout;
import io.s3stream.wal.block.format.SharedOptions.Writer;
import io.s3stream.wal.block.shared.AllocationTable.Claim;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of an {@link AllocationTable}, big-endian: magic (int), version (int), device id (two longs), cells (int),
 * extents (int), bytes of an extent, next cell, number of claims (int); for each claim extent (int), cell, node (int),
 * WAL epoch, nonce, flags (byte: 1 released, 2 quiet), process (text), pid, wall clock in milliseconds, host name
 * (text); CRC32C of all before (int). Texts are two bytes of length and modified UTF-8.
 */
final class TableCodec {

    private static final int MAGIC = 0x5333_4254;
    private static final int VERSION = 1;
    private static final int RELEASED = 1;
    private static final int QUIET = 2;

    private TableCodec() {}

    static byte[] encode(AllocationTable table) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeLong(table.device().getMostSignificantBits());
            out.writeLong(table.device().getLeastSignificantBits());
            out.writeInt(table.layout().cells());
            out.writeInt(table.layout().extents());
            out.writeLong(table.layout().extentBytes());
            out.writeLong(table.nextCell());
            out.writeInt(table.claims().size());
            for (Claim claim : table.claims()) {
                encode(claim, out);
            }
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void encode(Claim claim, DataOutputStream out) throws IOException {
        out.writeInt(claim.extent());
        out.writeLong(claim.cell());
        out.writeInt(claim.writer().node());
        out.writeLong(claim.writer().walEpoch());
        out.writeLong(claim.nonce());
        out.writeByte((claim.isReleased() ? RELEASED : 0) | (claim.isQuiet() ? QUIET : 0));
        out.writeUTF(claim.process());
        out.writeLong(claim.holder().pid());
        out.writeLong(claim.holder().sinceMillis());
        out.writeUTF(claim.holder().hostName());
    }

    /** @throws CorruptedDataException if {@link #encode} did not write these bytes */
    static AllocationTable decode(byte[] bytes) {
        int body = bytes.length - Integer.BYTES;
        if (body < 0 || ByteBuffer.wrap(bytes).getInt(body) != crc(bytes, body)) {
            throw new CorruptedDataException("allocation table of " + bytes.length + " bytes: checksum mismatch");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, body))) {
            int magic = in.readInt();
            int version = in.readInt();
            if (magic != MAGIC || version != VERSION) {
                throw new CorruptedDataException(
                        "allocation table: magic=" + magic + " version=" + version + " is not known to this software");
            }
            UUID device = new UUID(in.readLong(), in.readLong());
            SharedLayout layout = new SharedLayout(in.readInt(), in.readInt(), in.readLong());
            long nextCell = in.readLong();
            int count = in.readInt();
            if (!layout.isSane() || nextCell < 0 || count < 0 || count > layout.extents()) {
                throw new CorruptedDataException(
                        "allocation table: " + layout + " with next cell " + nextCell + " and " + count + " claims");
            }
            List<Claim> claims = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Claim claim = decodeClaim(in);
                if (claim.extent() < 0 || claim.extent() >= layout.extents() || claim.cell() < 0) {
                    throw new CorruptedDataException("allocation table: " + claim);
                }
                claims.add(claim);
            }
            if (in.available() > 0) {
                throw new CorruptedDataException("allocation table: " + in.available() + " extra bytes at its end");
            }
            return new AllocationTable(device, layout, nextCell, claims);
        } catch (IOException e) {
            throw new CorruptedDataException("allocation table: cut short", e);
        }
    }

    private static Claim decodeClaim(DataInputStream in) throws IOException {
        int extent = in.readInt();
        long cell = in.readLong();
        Writer writer = new Writer(in.readInt(), in.readLong());
        long nonce = in.readLong();
        int flags = in.readByte();
        String process = in.readUTF();
        long pid = in.readLong();
        long since = in.readLong();
        Holder holder = new Holder(pid, in.readUTF(), since);
        return new Claim(extent, cell, writer, nonce, (flags & RELEASED) != 0, (flags & QUIET) != 0, process, holder);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
