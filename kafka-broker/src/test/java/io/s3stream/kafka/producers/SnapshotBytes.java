package io.s3stream.kafka.producers;

import java.nio.ByteBuffer;

/** The bytes of small snapshots, for tests. */
public final class SnapshotBytes {

    private SnapshotBytes() {}

    /** The only part of a snapshot. */
    public static ByteBuffer of(ProducerSnapshot snapshot) {
        return SnapshotCodec.encode(snapshot, 1 << 20).get(0);
    }
}
