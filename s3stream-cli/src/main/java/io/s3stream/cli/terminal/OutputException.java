package io.s3stream.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Standard output cannot be written: the disk is full, or the reading process has ended. */
public final class OutputException extends UncheckedIOException {

    private static final long serialVersionUID = 1;

    public OutputException(IOException cause) {
        super("cannot write to standard output: " + cause.getMessage(), cause);
    }

    /** Whether the reading process has ended, as after {@code | head}. This is no error. */
    public boolean isBrokenPipe() {
        return String.valueOf(getMessage()).contains("Broken pipe");
    }
}
