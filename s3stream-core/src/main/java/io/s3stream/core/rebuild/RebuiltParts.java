package io.s3stream.core.rebuild;

import io.s3stream.api.tools.Finding;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.log.RestoredStore.RestoredStream;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * A rebuilt stream.
 *
 * @param epoch the greatest of all its records, including dead ones
 * @param start where it begins; there may be no part
 * @param parts contiguous, from {@code start} on
 */
record RebuiltParts(long id, long epoch, long start, List<SizedPart> parts, List<Finding> findings) {

    RebuiltParts {
        parts = List.copyOf(parts);
        findings = List.copyOf(findings);
    }

    /** A part with the size and greatest timestamp of its records. */
    record SizedPart(StreamAssembly.Part part, long bytes, long maxTimestamp) {}

    /**
     * @param numberOf the number of an object in the new store
     * @param naming the content of the catalogue; records that it reports as trimmed stay trimmed
     */
    RestoredStream restored(IntToLongFunction numberOf, Naming naming) {
        long from = Math.max(start, naming.startOffset(id));
        List<RangeList.Range> ranges = parts.stream()
                .filter(sized -> sized.part().to() > from)
                .map(sized -> new RangeList.Range(
                        sized.part().from(),
                        sized.part().to(),
                        numberOf.applyAsLong(sized.part().piece().object()),
                        sized.bytes(),
                        sized.maxTimestamp()))
                .toList();
        return new RestoredStream(
                id,
                naming.name(id),
                naming.tags(id),
                Math.max(epoch, naming.epoch(id)),
                naming.callerEpoch(id),
                naming.isSealed(id),
                from,
                ranges,
                epochs(from));
    }

    /** An assembly has no part of an older epoch behind one of a newer epoch. */
    private EpochList epochs(long from) {
        EpochList epochs = EpochList.EMPTY;
        for (SizedPart sized : parts) {
            if (sized.part().to() > from) {
                epochs = epochs.with(
                        sized.part().piece().epoch(),
                        Math.max(from, sized.part().from()));
            }
        }
        return epochs;
    }
}
