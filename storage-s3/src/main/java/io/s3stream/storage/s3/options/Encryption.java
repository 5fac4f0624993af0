package io.s3stream.storage.s3.options;

/** The server-side encryption that each write requests. Without one, the default of the bucket applies. */
public enum Encryption {
    /** SSE-S3: keys of S3. The header is {@code AES256}. */
    S3("s3", "AES256"),
    /** SSE-KMS: a key of AWS KMS. The header is {@code aws:kms}. */
    KMS("kms", "aws:kms");

    private final String option;
    private final String header;

    Encryption(String option, String header) {
        this.option = option;
        this.header = header;
    }

    /** Returns the value of the URI option {@code sse}. */
    public String option() {
        return option;
    }

    /** Returns the value of the header {@code x-amz-server-side-encryption}. */
    public String header() {
        return header;
    }
}
