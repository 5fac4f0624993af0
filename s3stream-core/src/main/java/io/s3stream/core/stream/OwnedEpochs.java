package io.s3stream.core.stream;

import io.s3stream.core.metadata.EpochList;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The epochs of a stream as its owner knows them: the first records of its own may not be in the metadata yet. Pure. */
final class OwnedEpochs {

    private OwnedEpochs() {}

    /**
     * Adds the present epoch to those of the metadata.
     *
     * @param first where its readable records begin
     * @param end where they end
     */
    static NavigableMap<Long, Long> of(EpochList committed, long epoch, long first, long end) {
        NavigableMap<Long, Long> known = committed.toMap();
        if (known.containsKey(epoch) || end <= first) {
            return known;
        }
        NavigableMap<Long, Long> all = new TreeMap<>(known);
        all.values().removeIf(offset -> offset >= first);
        all.put(epoch, first);
        return Collections.unmodifiableNavigableMap(all);
    }
}
