package io.s3stream.examples.terminal;

/** What the tool itself has to complain about; the message is the whole line. */
public final class ToolException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ToolException(String message) {
        super(message);
    }

    public ToolException(String message, Throwable cause) {
        super(message, cause);
    }
}
