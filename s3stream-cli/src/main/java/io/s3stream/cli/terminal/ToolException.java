package io.s3stream.cli.terminal;

/** A failure of the tool itself, not of the library. The message is the whole line. */
public final class ToolException extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final int FAILED = 1;

    private final int exitCode;

    public ToolException(String message) {
        super(message);
        this.exitCode = FAILED;
    }

    public ToolException(String message, Throwable cause) {
        this(FAILED, message, cause);
    }

    /** @param exitCode an exit code that tells this failure from others */
    public ToolException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
