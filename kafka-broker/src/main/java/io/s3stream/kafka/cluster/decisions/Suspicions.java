package io.s3stream.kafka.cluster.decisions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When to take over another broker. A refused connection says that its process is gone; silence says only that it may
 * be. Either way a take-over is safe, and it is conditional on the node's epoch, so the take-over spares a
 * broker that has returned. This class only decides how soon a live broker takes over, and which one.
 *
 * <p>The live broker with the lowest id takes over at once. Each next one waits {@link #TURN_NANOS} longer, in case the
 * others cannot. Not thread-safe. Times are those of any monotonic clock, in nanoseconds.
 */
public final class Suspicions {

    /** A broker may return within this time after a refused connection. */
    public static final long REFUSED_NANOS = 20_000_000;

    /** The additional wait of each next broker. */
    public static final long TURN_NANOS = 500_000_000;

    /** A take-over that failed is tried again after this time. */
    public static final long RETRY_NANOS = 1_000_000_000;

    private final int self;
    private final Map<Integer, Suspicion> suspicions = new HashMap<>();

    public Suspicions(int self) {
        this.self = self;
    }

    /** A node to take over, if its epoch is still this one. */
    public record TakeOver(int id, long epoch) {}

    private static final class Suspicion {
        final long epoch;
        final long since;
        final boolean isSilent;
        long triedAt;
        boolean isTried;

        Suspicion(long epoch, long since, boolean isSilent) {
            this.epoch = epoch;
            this.since = since;
            this.isSilent = isSilent;
        }
    }

    /** A connection to the broker was refused. */
    public void refused(int id, long epoch, long now) {
        suspect(id, epoch, now + REFUSED_NANOS, false);
    }

    /** The broker's node has shown no sign of life for the time that the store waits for one. */
    public void silent(int id, long epoch, long now) {
        suspect(id, epoch, now, true);
    }

    private void suspect(int id, long epoch, long from, boolean isSilent) {
        Suspicion present = suspicions.get(id);
        if (present == null || present.epoch < epoch) {
            suspicions.put(id, new Suspicion(epoch, from, isSilent));
        } else if (present.epoch == epoch && (from < present.since || (isSilent && !present.isSilent))) {
            Suspicion merged = new Suspicion(epoch, Math.min(from, present.since), isSilent || present.isSilent);
            merged.isTried = present.isTried;
            merged.triedAt = present.triedAt;
            suspicions.put(id, merged);
        }
    }

    /** The broker's node has shown a sign of life. */
    public void alive(int id) {
        suspicions.remove(id);
    }

    /**
     * The process has accepted a connection. That says nothing about a silent node: the system of a paused process accepts
     * connections, and so does a process that does not reach the store. The store tells each silence once.
     */
    public void accepted(int id, long epoch) {
        suspicions.computeIfPresent(id, (key, present) -> present.isSilent || present.epoch > epoch ? present : null);
    }

    /**
     * The nodes that this broker should take over now. Each is returned once, and again after {@link #RETRY_NANOS}
     * while it is a member with that epoch.
     *
     * @param members present brokers; suspicions of others are forgotten
     */
    public List<TakeOver> due(Collection<Member> members, long now) {
        suspicions
                .entrySet()
                .removeIf(entry -> members.stream()
                        .noneMatch(
                                member -> member.id() == entry.getKey() && member.epoch() == entry.getValue().epoch));
        List<TakeOver> due = new ArrayList<>();
        suspicions.forEach((id, suspicion) -> {
            if (dueAt(suspicion, members) <= now) {
                suspicion.isTried = true;
                suspicion.triedAt = now;
                due.add(new TakeOver(id, suspicion.epoch));
            }
        });
        return due;
    }

    /** The time at which {@link #due} returns something, or null if it does not before another suspicion. */
    public @Nullable Long nextDue(Collection<Member> members) {
        return suspicions.values().stream()
                .map(suspicion -> dueAt(suspicion, members))
                .min(Long::compare)
                .orElse(null);
    }

    private long dueAt(Suspicion suspicion, Collection<Member> members) {
        if (suspicion.isTried) {
            return suspicion.triedAt + RETRY_NANOS;
        }
        long before = members.stream()
                .filter(member -> member.id() < self && !suspicions.containsKey(member.id()))
                .count();
        return suspicion.since + before * TURN_NANOS;
    }
}
