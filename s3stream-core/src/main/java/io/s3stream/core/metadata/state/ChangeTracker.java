package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.ChangedIds;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records the ids of changed streams and nodes, while it is on. Bounded: too many ids end the recording. Used only by the
 * thread that applies batches.
 */
final class ChangeTracker {

    private final Set<Long> streams = new LinkedHashSet<>();
    private final Set<Integer> nodes = new LinkedHashSet<>();
    private int maxStreams;

    /** @param newMaxStreams more changed streams end the recording; 0 is off */
    void begin(int newMaxStreams) {
        streams.clear();
        nodes.clear();
        maxStreams = newMaxStreams;
    }

    void changed(Collection<Long> changedStreams, Collection<Integer> changedNodes) {
        if (maxStreams == 0) {
            return;
        }
        streams.addAll(changedStreams);
        nodes.addAll(changedNodes);
        if (streams.size() > maxStreams) {
            begin(0);
        }
    }

    @Nullable
    ChangedIds take() {
        if (maxStreams == 0) {
            return null;
        }
        ChangedIds taken = new ChangedIds(streams, nodes);
        streams.clear();
        nodes.clear();
        return taken;
    }
}
