package io.s3stream.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * What a command reads from and writes to.
 *
 * @param in read as bytes
 * @param out data only
 * @param err one line for an error, and notes
 */
public record Terminal(InputStream in, Output out, PrintStream err) {

    public static Terminal of(InputStream in, OutputStream out, PrintStream err) {
        return new Terminal(in, new Output(out), err);
    }

    /** Standard input and output, past the print streams that hide a broken pipe. */
    public static Terminal standard() {
        InputStream in =
                StandardInput.isOpen() ? new FileInputStream(FileDescriptor.in) : InputStream.nullInputStream();
        return of(in, new FileOutputStream(FileDescriptor.out), System.err);
    }
}
