package io.s3stream.kafka.catalogue;

import io.s3stream.api.errors.ConflictException;

/** Another broker has added partitions to a topic since the request was checked. */
final class PartitionsChangedException extends ConflictException {

    private static final long serialVersionUID = 1L;

    PartitionsChangedException(String message) {
        super(message);
    }
}
