package io.s3stream.storage.s3;

/** What a request does: a permission of its own, as a policy of a bucket knows them. */
enum Use {
    READ,
    LIST,
    WRITE,
    PART,
    DELETE
}
