package io.s3stream.core.compact;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which objects compaction leaves alone, and until when: for a minute when something is wrong with one, and for an hour when
 * it happens again. A finding counts when a later compaction of the object finds the same: bytes may be damaged on their
 * way, at different places, and one answer that an object is gone may be wrong [R44]. Used on the context of the compaction only.
 */
final class DamagedObjects {

    private static final long FIRST_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long LATER_NANOS = Duration.ofHours(1).toNanos();

    private static final int MAX_SUSPECTS = 1000;

    private final Map<Long, Long> until = new HashMap<>();
    private final Set<Finding> suspects = new HashSet<>();

    private record Finding(long objectId, String what) {}

    /** Notes a finding; answers whether the same was found in the object before. */
    boolean isConfirmed(long objectId, String what) {
        Finding finding = new Finding(objectId, what);
        if (suspects.contains(finding)) {
            suspects.removeIf(other -> other.objectId() == objectId);
            return true;
        }
        if (suspects.size() == MAX_SUSPECTS) {
            suspects.clear(); // each is found again
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
