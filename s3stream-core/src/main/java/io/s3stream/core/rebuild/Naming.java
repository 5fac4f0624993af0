package io.s3stream.core.rebuild;

import io.s3stream.core.catalog.Catalog;
import io.s3stream.core.catalog.Catalog.Entry;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names of streams in the new store, and what else only the catalogue tells: from the catalogue, or {@code recovered-<id>} for a stream that it does not
 * have.
 */
final class Naming {

    private static final Entry UNKNOWN = new Entry("", Map.of(), 0, 0, false, 0);

    private final Catalog catalog;
    private final Set<String> taken = new HashSet<>();

    Naming(Catalog catalog) {
        this.catalog = catalog;
        catalog.streams().values().forEach(entry -> taken.add(entry.name()));
    }

    /** Called once for each stream. */
    String name(long streamId) {
        if (catalog.streams().containsKey(streamId)) {
            return entry(streamId).name();
        }
        String name = "recovered-" + streamId;
        while (!taken.add(name)) {
            name += "-again";
        }
        return name;
    }

    Map<String, String> tags(long streamId) {
        return entry(streamId).tags();
    }

    long epoch(long streamId) {
        return entry(streamId).epoch();
    }

    long callerEpoch(long streamId) {
        return entry(streamId).callerEpoch();
    }

    boolean isSealed(long streamId) {
        return entry(streamId).isSealed();
    }

    long startOffset(long streamId) {
        return entry(streamId).startOffset();
    }

    private Entry entry(long streamId) {
        return catalog.streams().getOrDefault(streamId, UNKNOWN);
    }
}
