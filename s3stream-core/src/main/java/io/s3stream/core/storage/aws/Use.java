package io.s3stream.core.storage.aws;

/** The kind of a request: each kind is a permission of its own in a bucket policy. */
enum Use {
    READ,
    LIST,
    WRITE,
    PART,
    DELETE
}
