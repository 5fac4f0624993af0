package io.s3stream.core.collect;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.layout.ObjectKeys.DataKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * All object keys that the metadata had at one moment, including retired ones. Eight bytes per key, because there may
 * be a million.
 */
final class KnownObjects {

    private final Map<Writer, Counters> counters = new HashMap<>();
    private final Set<String> others = new HashSet<>();
    private long size;

    private record Writer(int nodeId, long nodeEpoch) {}

    private KnownObjects() {}

    static KnownObjects of(MetadataView view) {
        KnownObjects known = new KnownObjects();
        view.forEachObject(object -> known.add(object.key()));
        known.counters.values().forEach(Counters::sort);
        return known;
    }

    long size() {
        return size;
    }

    boolean contains(String key, DataKey parsed) {
        Counters of = counters.get(new Writer(parsed.nodeId(), parsed.nodeEpoch()));
        return (of != null && of.contains(parsed.counter())) || others.contains(key);
    }

    private void add(String key) {
        size++;
        try {
            DataKey parsed = ObjectKeys.parse(key);
            counters.computeIfAbsent(new Writer(parsed.nodeId(), parsed.nodeEpoch()), writer -> new Counters())
                    .add(parsed.counter());
        } catch (CorruptedDataException e) {
            others.add(key); // not a key of this software; no sweep will look it up
        }
    }

    private static final class Counters {

        private long[] values = new long[16];
        private int size;

        void add(long counter) {
            if (size == values.length) {
                values = Arrays.copyOf(values, Math.multiplyExact(size, 2));
            }
            values[size++] = counter;
        }

        void sort() {
            Arrays.sort(values, 0, size);
        }

        boolean contains(long counter) {
            return Arrays.binarySearch(values, 0, size, counter) >= 0;
        }
    }
}
