package io.s3stream.testkit.proxy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Draws faults from a seed: single ones at a rate, and now and then a storm, in which many requests in a row meet the same one.
 * Which request meets which draw depends on the order in which requests arrive. Thread-safe; owner of the random source.
 */
public final class SeededFaults implements FaultPlan {

    /** What comes in storms, and how many requests it meets at most. A storm of refusals is short: it is no lasting refusal. */
    private enum Storm {
        OVERLOAD(Fault.UNAVAILABLE, 60),
        NETWORK(Fault.LOST_REQUEST, 30),
        CREDENTIALS(Fault.EXPIRED_TOKEN, 5),
        PERMISSION(Fault.ACCESS_DENIED, 5);

        final Fault fault;
        final int longest;

        Storm(Fault fault, int longest) {
            this.fault = fault;
            this.longest = longest;
        }
    }

    private static final double STORMS_PER_FAULT = 0.01;

    private final Random random;
    private final double rate;
    private final Set<Fault> without;
    private Fault storm = Fault.UNAVAILABLE; // guarded by this
    private int stormLeft; // guarded by this

    /**
     * @param rate the part of requests that meet a fault of their own, 0 to 1
     * @param without faults that are not drawn
     */
    public SeededFaults(long seed, double rate, Fault... without) {
        this.random = new Random(seed);
        this.rate = rate;
        this.without = EnumSet.noneOf(Fault.class);
        this.without.addAll(Arrays.asList(without));
    }

    @Override
    public synchronized @Nullable Fault next(ProxiedRequest request) {
        if (stormLeft > 0) {
            stormLeft--;
            return storm;
        }
        double drawn = random.nextDouble();
        if (drawn < rate * STORMS_PER_FAULT) {
            Storm next = Storm.values()[random.nextInt(Storm.values().length)];
            storm = next.fault;
            stormLeft = 1 + random.nextInt(next.longest);
        }
        if (drawn >= rate) {
            return null;
        }
        List<Fault> possible = Arrays.stream(Fault.values())
                .filter(fault -> !without.contains(fault) && fault.appliesTo(request))
                .toList();
        return possible.get(random.nextInt(possible.size()));
    }
}
