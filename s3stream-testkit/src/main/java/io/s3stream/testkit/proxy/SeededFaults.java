package io.s3stream.testkit.proxy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Draws faults from a seed: single faults at a rate, and sometimes a storm, in which many requests in a row get the
 * same fault. The order of the requests decides which draw each of them gets. Thread-safe; owns the random source.
 */
public final class SeededFaults implements FaultPlan {

    /**
     * The faults of storms, and the maximum length of each storm. A storm of refusals is short, so that no refusal
     * lasts.
     */
    private enum Storm {
        OVERLOAD(Fault.UNAVAILABLE, 60),
        NETWORK(Fault.LOST_REQUEST, 30),
        CREDENTIALS(Fault.EXPIRED_TOKEN, 5),
        PERMISSION(Fault.ACCESS_DENIED, 5);

        final Fault fault;
        final int maxRequests;

        Storm(Fault fault, int maxRequests) {
            this.fault = fault;
            this.maxRequests = maxRequests;
        }
    }

    private static final double STORMS_PER_FAULT = 0.01;

    private final Random random;
    private final double rate;
    private final Set<Fault> without;
    private Fault storm = Fault.UNAVAILABLE; // guarded by this
    private int stormLeft; // guarded by this

    /**
     * @param rate the share of requests that get a single fault, 0 to 1
     * @param without the faults to leave out
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
            stormLeft = 1 + random.nextInt(next.maxRequests);
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
