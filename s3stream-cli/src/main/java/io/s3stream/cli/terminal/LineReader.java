package io.s3stream.cli.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads lines of bytes, without their newline. Returns a line as soon as it is complete. Not thread-safe. */
public final class LineReader {

    private final InputStream in;
    private final int maxBytes;
    private byte[] buffer = new byte[64 << 10];
    private int from;
    private int to;

    /** @param maxBytes the longest line to accept */
    public LineReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** Returns the next line, or null at the end. A last line without a newline counts. */
    public byte @Nullable [] next() throws IOException {
        int searched = from;
        while (true) {
            for (int i = searched; i < to; i++) {
                if (buffer[i] == '\n') {
                    return take(i, i + 1);
                }
            }
            searched = to;
            if (to - from > maxBytes) {
                throw new ToolException("line of more than " + maxBytes + " bytes: too long for one record");
            }
            int moved = makeRoom();
            searched -= moved;
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                return from == to ? null : take(to, to);
            }
            to += read;
        }
    }

    private byte[] take(int end, int next) {
        byte[] line = Arrays.copyOfRange(buffer, from, end);
        if (line.length > maxBytes) {
            throw new ToolException("line of " + line.length + " bytes: a record takes at most " + maxBytes);
        }
        from = next;
        return line;
    }

    /** Moves the contents of a full buffer to its front. Returns the distance. */
    private int makeRoom() {
        int moved = 0;
        if (from == to) {
            moved = from;
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            moved = from;
            byte[] target = to - from > buffer.length / 2 ? new byte[buffer.length * 2] : buffer;
            System.arraycopy(buffer, from, target, 0, to - from);
            buffer = target;
            to -= from;
            from = 0;
        }
        return moved;
    }
}
