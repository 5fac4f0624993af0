package io.s3stream.core.metadata;

import io.s3stream.spi.wal.WalDescriptor;
import java.util.OptionalLong;

/**
 * A WAL generation of a node.
 *
 * @param sealedEnd the last valid sequence, once the generation is sealed
 */
public record Generation(WalDescriptor descriptor, long firstSequence, OptionalLong sealedEnd) {

    public long walEpoch() {
        return descriptor.walEpoch();
    }

    public boolean isSealed() {
        return sealedEnd.isPresent();
    }
}
