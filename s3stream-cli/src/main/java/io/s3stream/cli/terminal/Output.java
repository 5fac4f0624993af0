package io.s3stream.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Buffered standard output. {@link #flush} makes the output visible. Not thread-safe. */
public final class Output {

    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int used;

    public Output(OutputStream out) {
        this.out = out;
    }

    /** Writes a line of text. */
    public void line(String text) {
        bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        newline();
    }

    /** Writes a formatted line and flushes. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
    public void say(String format, Object... arguments) {
        line(String.format(Locale.ROOT, format, arguments));
        flush();
    }

    public void newline() {
        if (used == buffer.length) {
            drain();
        }
        buffer[used++] = '\n';
    }

    /** Writes the remaining bytes of {@code data}. */
    public void bytes(ByteBuffer data) {
        while (data.hasRemaining()) {
            if (used == buffer.length) {
                drain();
            }
            int length = Math.min(buffer.length - used, data.remaining());
            data.get(buffer, used, length);
            used += length;
        }
    }

    /** @throws OutputException if the write fails */
    public void flush() {
        drain();
        try {
            out.flush();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    private void drain() {
        int length = used;
        used = 0;
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }
}
