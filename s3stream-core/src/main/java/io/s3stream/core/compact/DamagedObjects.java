package io.s3stream.core.compact;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Which objects compaction leaves alone, and until when: for a minute when something is wrong with one, because bytes may be
 * damaged on their way, too, and for an hour when it happens again. Used on the context of the compaction only.
 */
final class DamagedObjects {

    private static final long FIRST_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long LATER_NANOS = Duration.ofHours(1).toNanos();

    private final Map<Long, Long> until = new HashMap<>();

    void leaveAlone(long objectId, long now) {
        until.put(objectId, now + (until.containsKey(objectId) ? LATER_NANOS : FIRST_NANOS));
    }

    boolean isLeftAlone(long objectId, long now) {
        Long end = until.get(objectId);
        return end != null && end - now > 0;
    }
}
