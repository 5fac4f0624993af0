package io.s3stream.core.upload;

import io.s3stream.layout.ObjectKeys;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of the data objects that this process writes under its node epoch. Owns the counter, and which keys are given out
 * and not yet settled: uploads and compactions ask here, and say when what they wrote is committed or given up. A key that is
 * never settled stays in flight until the next node epoch. Thread-safe.
 */
public final class DataKeys {

    private final int nodeId;
    private final long nodeEpoch;
    private final Set<Long> inFlight = new TreeSet<>(); // guarded by this
    private long last; // guarded by this

    /**
     * What a sweep of this node's own keys needs, read before the state and the listing [R22]: a counter up to {@code last}
     * that is not in flight belongs to an object that the state names, or that nobody will ever name.
     */
    public record Counters(long last, Set<Long> inFlight) {
        public Counters {
            inFlight = Set.copyOf(inFlight);
        }
    }

    public DataKeys(int nodeId, long nodeEpoch) {
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
    }

    /** A key that was never given out before; in flight from now on. */
    public synchronized String next() {
        inFlight.add(++last);
        return ObjectKeys.data(nodeId, nodeEpoch, last);
    }

    /** The commits that name the keys are known to be durable, or will never be made. */
    public synchronized void settled(Collection<String> keys) {
        keys.forEach(key -> inFlight.remove(ObjectKeys.parse(key).counter()));
    }

    /** As of now. */
    public synchronized Counters counters() {
        return new Counters(last, inFlight);
    }
}
