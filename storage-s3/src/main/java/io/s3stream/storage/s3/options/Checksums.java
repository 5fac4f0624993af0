package io.s3stream.storage.s3.options;

/** When the SDK calculates checksums of requests, or validates those of responses. */
public enum Checksums {
    /** Only for operations that need a checksum. All stores of the protocol accept this. */
    WHEN_REQUIRED("whenRequired"),
    /** For each operation that supports a checksum, which costs CPU time for each byte. Other stores may refuse it. */
    WHEN_SUPPORTED("whenSupported");

    private final String option;

    Checksums(String option) {
        this.option = option;
    }

    /** Returns the value of the URI options {@code requestChecksums} and {@code responseChecksums}. */
    public String option() {
        return option;
    }
}
