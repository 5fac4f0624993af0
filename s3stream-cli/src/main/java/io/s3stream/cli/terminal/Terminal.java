package io.s3stream.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * The input and the outputs of a command.
 *
 * @param in input, read as bytes
 * @param out output for data only
 * @param err output for notes, and for an error in one line
 */
public record Terminal(InputStream in, Output out, PrintStream err) {

    public static Terminal of(InputStream in, OutputStream out, PrintStream err) {
        return new Terminal(in, new Output(out), err);
    }

    /** Returns standard input and output, without the print streams that hide a broken pipe. */
    public static Terminal standard() {
        InputStream in =
                StandardInput.isOpen() ? new FileInputStream(FileDescriptor.in) : InputStream.nullInputStream();
        return of(in, new FileOutputStream(FileDescriptor.out), System.err);
    }
}
