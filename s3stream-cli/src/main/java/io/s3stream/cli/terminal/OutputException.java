package io.s3stream.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Standard output cannot be written: the disk is full, or whoever read it has gone. */
public final class OutputException extends UncheckedIOException {

    private static final long serialVersionUID = 1;

    public OutputException(IOException cause) {
        super("cannot write to standard output: " + cause.getMessage(), cause);
    }

    /** Nobody reads any more, as after {@code | head}: no error. */
    public boolean isBrokenPipe() {
        return String.valueOf(getMessage()).contains("Broken pipe");
    }
}
