package io.s3stream.testkit.proxy;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests, and how often each fault was applied. Thread-safe. */
public final class FaultCounts {

    private final LongAdder requests = new LongAdder();
    private final Map<Fault, LongAdder> applied = new EnumMap<>(Fault.class);

    FaultCounts() {
        for (Fault fault : Fault.values()) {
            applied.put(fault, new LongAdder());
        }
    }

    void request() {
        requests.increment();
    }

    void applied(Fault fault) {
        count(fault).increment();
    }

    public long requests() {
        return requests.sum();
    }

    public long of(Fault fault) {
        return count(fault).sum();
    }

    public long faults() {
        return applied.values().stream().mapToLong(LongAdder::sum).sum();
    }

    private LongAdder count(Fault fault) {
        LongAdder count = applied.get(fault);
        if (count == null) {
            throw new IllegalStateException("no count of " + fault);
        }
        return count;
    }

    @Override
    public String toString() {
        Map<Fault, Long> seen = new TreeMap<>();
        applied.forEach((fault, count) -> seen.put(fault, count.sum()));
        return requests() + " requests, " + faults() + " faults: " + seen;
    }
}
