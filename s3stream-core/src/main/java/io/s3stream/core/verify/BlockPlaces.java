package io.s3stream.core.verify;

import io.s3stream.layout.BlockEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Checks the positions of blocks in an index before a block is read. Pure. */
final class BlockPlaces {

    private BlockPlaces() {}

    /** Returns the first error in the positions of these blocks, in any order; empty if they can be read. */
    static Optional<String> wrong(List<BlockEntry> entries) {
        List<BlockEntry> sorted = entries.stream()
                .sorted(Comparator.comparingLong(BlockEntry::position))
                .toList();
        long end = 0;
        for (BlockEntry entry : sorted) {
            if (entry.position() < end) {
                return Optional.of("the block at position " + entry.position()
                        + " overlaps the previous one, which ends at " + end);
            }
            if (entry.size() > BlockReads.MAX_BLOCK_BYTES) {
                return Optional.of("the block at position " + entry.position() + " claims to have " + entry.size()
                        + " bytes: no block is larger than " + BlockReads.MAX_BLOCK_BYTES);
            }
            end = Math.addExact(entry.position(), entry.size());
        }
        return Optional.empty();
    }
}
