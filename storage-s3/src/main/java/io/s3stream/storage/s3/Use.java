package io.s3stream.storage.s3;

/** The kind of a request: each kind is a permission of its own in a bucket policy. */
enum Use {
    READ,
    LIST,
    WRITE,
    PART,
    DELETE
}
