package io.s3stream.core.metadata;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** The streams and nodes that some batches have changed, created or removed. */
public record ChangedIds(Set<Long> streams, Set<Integer> nodes) {

    public ChangedIds {
        streams = Collections.unmodifiableSet(new LinkedHashSet<>(streams));
        nodes = Collections.unmodifiableSet(new LinkedHashSet<>(nodes));
    }
}
