package io.s3stream.core.verify;

import io.s3stream.layout.BlockEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Checks where an index says that blocks are, before one of them is read. Pure. */
final class BlockPlaces {

    private BlockPlaces() {}

    /** The first thing that is wrong with the places of these blocks, in any order; nothing if they can be read. */
    static Optional<String> wrong(List<BlockEntry> entries) {
        List<BlockEntry> sorted = entries.stream()
                .sorted(Comparator.comparingLong(BlockEntry::position))
                .toList();
        long end = 0;
        for (BlockEntry entry : sorted) {
            if (entry.position() < end) {
                return Optional.of(
                        "the block at position " + entry.position() + " overlaps the one before, which ends at " + end);
            }
            if (entry.size() > BlockReads.LARGEST_BLOCK) {
                return Optional.of("the block at position " + entry.position() + " is said to have " + entry.size()
                        + " bytes: no block is larger than " + BlockReads.LARGEST_BLOCK);
            }
            end = Math.addExact(entry.position(), entry.size());
        }
        return Optional.empty();
    }
}
