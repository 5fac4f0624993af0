package io.s3stream.kafka.producers;

/** The bytes of a snapshot are no snapshot, or one of a version that this broker does not know. */
final class UnreadableSnapshotException extends Exception {

    private static final long serialVersionUID = 1;

    UnreadableSnapshotException(String message) {
        super(message);
    }
}
