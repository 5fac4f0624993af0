package io.s3stream.cli.terminal;

/** What the tool itself has to complain about; the message is the whole line. */
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

    /** With an exit code that says more than that it failed. */
    public ToolException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
