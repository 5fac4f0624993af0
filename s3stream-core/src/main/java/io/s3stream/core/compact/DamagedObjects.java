package io.s3stream.core.compact;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Objects that compaction excludes: for one minute after the first damage, and for one hour after the next. A finding
 * only counts if a later compaction of the object repeats it. Transfers may damage bytes at varying places, and a
 * single answer that an object is absent may be wrong [R44]. Used on the context of the compaction only.
 */
final class DamagedObjects {

    private static final long FIRST_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long LATER_NANOS = Duration.ofHours(1).toNanos();

    private static final int MAX_SUSPECTS = 1000;

    private final Map<Long, Long> until = new HashMap<>();
    private final Set<Finding> suspects = new HashSet<>();

    private record Finding(long objectId, String what) {}

    /** Notes a finding. Returns whether the same finding was noted for the object before. */
    boolean isConfirmed(long objectId, String what) {
        Finding finding = new Finding(objectId, what);
        if (suspects.contains(finding)) {
            suspects.removeIf(other -> other.objectId() == objectId);
            return true;
        }
        if (suspects.size() == MAX_SUSPECTS) {
            suspects.clear(); // each will be found again
        }
        suspects.add(finding);
        return false;
    }

    void leaveAlone(long objectId, long now) {
        until.put(objectId, now + (until.containsKey(objectId) ? LATER_NANOS : FIRST_NANOS));
    }

    boolean isLeftAlone(long objectId, long now) {
        Long end = until.get(objectId);
        return end != null && end - now > 0;
    }
}
