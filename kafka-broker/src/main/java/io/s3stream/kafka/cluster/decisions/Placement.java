package io.s3stream.kafka.cluster.decisions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the broker that should lead each partition of a topic. All brokers compute the same answer from the same
 * members, so no controller has to assign partitions.
 *
 * <p>Each partition ranks the brokers by weighted rendezvous hashing (C. Schindelhauer, G. Schomaker: Weighted
 * Distributed Hash Tables, SPAA 2005). It goes to the first broker of its ranking that has room: a broker leads at most
 * its share of a topic's partitions, rounded up (V. Mirrokni, M. Thorup, M. Zadimoghaddam: Consistent Hashing with
 * Bounded Loads, SODA 2018). So small topics are spread evenly, and few partitions move when a broker comes or goes.
 */
public final class Placement {

    private final List<Member> candidates;
    private final double totalWeight;

    /** @param members all brokers; a broker leads partitions only if it is ready */
    public Placement(Collection<Member> members) {
        candidates = members.stream()
                .filter(member -> member.phase() == Member.Phase.READY)
                .sorted(Comparator.comparingInt(Member::id))
                .toList();
        totalWeight = candidates.stream().mapToDouble(Member::weight).sum();
    }

    /**
     * The broker of each partition, in the order of the partitions.
     *
     * @return empty if no broker is ready
     */
    public List<Integer> leaders(String topic, int partitions) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        Map<Integer, Integer> room = new HashMap<>();
        for (Member member : candidates) {
            // A little less than the quotient, so that a rounding error does not round a whole number up.
            room.put(member.id(), (int) Math.ceil(partitions * member.weight() / totalWeight - 1e-9));
        }
        List<Integer> leaders = new ArrayList<>(partitions);
        long seed = hash(topic);
        for (int partition = 0; partition < partitions; partition++) {
            int leader = bestWithRoom(seed, partition, room);
            room.merge(leader, -1, Integer::sum);
            leaders.add(leader);
        }
        return leaders;
    }

    private int bestWithRoom(long seed, int partition, Map<Integer, Integer> room) {
        Member best = null;
        double bestScore = 0;
        for (Member member : candidates) {
            double score = score(mix(seed ^ mix(partition * 0x9E3779B97F4A7C15L + member.id())), member.weight());
            if (room.getOrDefault(member.id(), 0) > 0 && (best == null || score > bestScore)) {
                best = member;
                bestScore = score;
            }
        }
        if (best == null) {
            throw new IllegalStateException("the shares of the brokers do not add up to all partitions");
        }
        return best.id();
    }

    /** The score −w / ln(u) of a hash as a fraction u in (0, 1). */
    private static double score(long hash, double weight) {
        double fraction = ((hash >>> 11) + 0.5) * 0x1p-53;
        return -weight / Math.log(fraction);
    }

    /** FNV-1a of the name. */
    private static long hash(String name) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return mix(hash);
    }

    /** The finalizer of SplitMix64 (G. Steele, D. Lea, C. Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
