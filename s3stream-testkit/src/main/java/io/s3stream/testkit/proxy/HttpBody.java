package io.s3stream.testkit.proxy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The body of a message of known length, read from a connection at most once. Chunked bodies are read into memory at
 * once; only listings and errors have them.
 */
final class HttpBody {

    private static final int PIECE = 64 << 10;

    private final InputStream in;
    private final long length;

    private HttpBody(InputStream in, long length) {
        this.in = in;
        this.length = length;
    }

    static HttpBody of(byte[] bytes) {
        return new HttpBody(new ByteArrayInputStream(bytes), bytes.length);
    }

    /** Returns the body that follows {@code head} on a connection. */
    static HttpBody after(HttpHead head, InputStream in) throws IOException {
        if (head.isChunked()) {
            return of(chunks(in));
        }
        return new HttpBody(in, Math.max(0, head.contentLength()));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in).split(";", 2)[0].trim(), 16);
            all.write(in.readNBytes(size));
            if (size > 0) {
                line(in);
                continue;
            }
            while (!line(in).isEmpty()) {
                // trailers are dropped
            }
            return all.toByteArray();
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("within a chunked body");
            }
            line.append((char) c);
        }
        return line.toString().trim();
    }

    long length() {
        return length;
    }

    byte[] all() throws IOException {
        byte[] bytes = in.readNBytes(Math.toIntExact(length));
        if (bytes.length < length) {
            throw new EOFException("within a body");
        }
        return bytes;
    }

    void drain() throws IOException {
        copy(OutputStream.nullOutputStream(), length, -1);
    }

    void copyTo(OutputStream out) throws IOException {
        copy(out, length, -1);
    }

    /** Copies the first {@code bytes} bytes. */
    void copyTo(OutputStream out, long bytes) throws IOException {
        copy(out, bytes, -1);
    }

    /** Copies all bytes, with one bit of the byte at {@code position} flipped. */
    void copyFlipped(OutputStream out, long position) throws IOException {
        copy(out, length, position);
    }

    /** Copies all bytes in {@code pieces} pieces, with pauses between them. */
    void copySlowly(OutputStream out, int pieces, long pauseMillis) throws IOException {
        long left = length;
        long piece = Math.max(1, length / pieces);
        while (left > 0) {
            long next = Math.min(left, piece);
            copy(out, next, -1);
            out.flush();
            left -= next;
            Pauses.millis(pauseMillis);
        }
    }

    private void copy(OutputStream out, long bytes, long flipped) throws IOException {
        byte[] piece = new byte[PIECE];
        long at = 0;
        while (at < bytes) {
            int read = in.read(piece, 0, (int) Math.min(piece.length, bytes - at));
            if (read < 0) {
                throw new EOFException("within a body");
            }
            if (flipped >= at && flipped < at + read) {
                piece[(int) (flipped - at)] ^= 1;
            }
            out.write(piece, 0, read);
            at += read;
        }
    }
}
