package io.s3stream.core.bytes;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Writes an envelope: a magic number of four bytes, a version byte, the content, and the CRC32C of all preceding bytes.
 * Grows in pieces, so that a large checkpoint needs no contiguous memory. Fixed-width numbers are big-endian.
 */
public final class ByteWriter {

    private static final int FIRST_PIECE = 512;
    private static final int MAX_PIECE = 1 << 20;

    private final List<ByteBuffer> full = new ArrayList<>();
    private ByteBuffer piece = ByteBuffer.allocate(FIRST_PIECE);
    private long before;

    public ByteWriter(int magic, int version) {
        fixed32(magic).u8(version);
    }

    public ByteWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public ByteWriter bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    public ByteWriter fixed32(int value) {
        room(4).putInt(value);
        return this;
    }

    public ByteWriter fixed64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** Writes seven bits per byte, lowest first; negative numbers take ten bytes. */
    public ByteWriter unsigned(long value) {
        ByteBuffer target = room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            target.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
        return this;
    }

    /** Writes small numbers of either sign in few bytes. */
    public ByteWriter signed(long value) {
        return unsigned((value << 1) ^ (value >> 63));
    }

    public ByteWriter uuid(UUID value) {
        return fixed64(value.getMostSignificantBits()).fixed64(value.getLeastSignificantBits());
    }

    /** @throws IllegalArgumentException if UTF-8 cannot encode the text */
    public ByteWriter string(String value) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] exact = new byte[encoded.remaining()];
            encoded.get(exact);
            return bytes(exact);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text with an unpaired surrogate, which UTF-8 cannot represent", e);
        }
    }

    /** Writes length and bytes. */
    public ByteWriter bytes(byte[] value) {
        unsigned(value.length);
        int done = 0;
        while (done < value.length) {
            int part = Math.min(room(1).remaining(), value.length - done);
            piece.put(value, done, part);
            done += part;
        }
        return this;
    }

    /** Ends the envelope. Returns its pieces, which are read-only by agreement. */
    public List<ByteBuffer> seal() {
        CRC32C crc = new CRC32C();
        for (ByteBuffer part : full) {
            crc.update(part.duplicate());
        }
        crc.update(piece.duplicate().flip());
        fixed32((int) crc.getValue());
        finishPiece();
        piece = ByteBuffer.allocate(0);
        return List.copyOf(full);
    }

    /** Ends the envelope as {@link #seal()} does, and returns it in one piece. */
    public byte[] sealToArray() {
        List<ByteBuffer> pieces = seal();
        byte[] all = new byte[Math.toIntExact(before)];
        int at = 0;
        for (ByteBuffer part : pieces) {
            int length = part.remaining();
            part.duplicate().get(all, at, length);
            at += length;
        }
        return all;
    }

    private ByteBuffer room(int bytes) {
        if (piece.remaining() < bytes) {
            int next = Math.min(MAX_PIECE, piece.capacity() * 2);
            finishPiece();
            piece = ByteBuffer.allocate(next);
        }
        return piece;
    }

    private void finishPiece() {
        piece.flip();
        before += piece.remaining();
        full.add(piece);
    }
}
