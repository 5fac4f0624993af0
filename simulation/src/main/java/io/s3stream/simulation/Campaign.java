package io.s3stream.simulation;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * Runs many seeds and sums up the events of their histories.
 *
 * <p>From the command line: {@code Campaign FIRST_SEED SEEDS [ACTIONS [switch|store]]}, with {@code switch} for
 * histories that change their WAL and {@code store} for histories with a WAL on object storage.
 */
public final class Campaign {

    static final int ACTIONS = 300;

    private Campaign() {}

    /** Prints how often each step and fault occurred. Throws with the seed of the first wrong history. */
    public static void main(String[] arguments) {
        long first = Long.parseLong(arguments[0]);
        int seeds = Integer.parseInt(arguments[1]);
        int actions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : ACTIONS;
        String wals = arguments.length > 3 ? arguments[3] : "";
        run(first, seeds, seed -> {
                    SingleNodeScenario scenario = new SingleNodeScenario(seed, actions);
                    return switch (wals) {
                        case "switch" -> scenario.switchWals();
                        case "store" -> scenario.walOnObjectStorage();
                        default -> scenario;
                    };
                })
                .forEach((what, n) -> System.out.printf("%8d  %s%n", n, what));
    }

    static SortedMap<String, Integer> run(long first, int seeds, int actions) {
        return run(first, seeds, seed -> new SingleNodeScenario(seed, actions));
    }

    static SortedMap<String, Integer> run(long first, int seeds, LongFunction<SingleNodeScenario> scenario) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                scenario.apply(seed).run().counts().forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException e) {
                throw new IllegalStateException("replay with -Dsim.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
        return counts;
    }
}
