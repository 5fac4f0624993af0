package io.s3stream.kafka.transactions.checker;

/**
 * An instance of a transactional producer. A later one with the same id fences it.
 *
 * @param id the transactional id
 * @param initStart when the client asked for the initialisation; all times are nanoseconds of one clock
 * @param initEnd when the initialisation was acknowledged, or {@link History#NEVER}
 */
public record Instance(String id, long initStart, long initEnd) {

    /** Whether an instance that began after this one was initialised has fenced this one at a time. */
    boolean isFencedBy(Instance other, long time) {
        return other.id.equals(id) && other.initStart > initEnd && other.initEnd < time;
    }
}
