package io.s3stream.core.compact;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which objects compaction leaves alone, and until when: for a minute when something is wrong with one, and for an hour when
 * it happens again. A finding counts when the next compaction of the object agrees: bytes may be damaged on their way, and
 * one answer that an object is gone may be wrong [R44]. Used on the context of the compaction only.
 */
final class DamagedObjects {

    private static final long FIRST_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long LATER_NANOS = Duration.ofHours(1).toNanos();

    private static final int MAX_SUSPECTS = 1000;

    private final Map<Long, Long> until = new HashMap<>();
    private final Set<Long> suspects = new HashSet<>();

    /** Notes a finding; answers whether it is the second one of the object. */
    boolean isConfirmed(long objectId) {
        if (suspects.remove(objectId)) {
            return true;
        }
        if (suspects.size() == MAX_SUSPECTS) {
            suspects.clear(); // each is found again
        }
        suspects.add(objectId);
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
