package io.s3stream.simulation.cluster;

import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs many histories of several nodes and sums up their events.
 *
 * <p>From the command line: {@code ClusterCampaign FIRST_SEED SEEDS [ACTIONS [THREADS [HOURS]]]}. Continues after a
 * failure, and prints the command that repeats it. Ends after the hours even if seeds are left.
 */
public final class ClusterCampaign {

    /** Actions in a history. Short histories find as many faults per second as long ones, and are easier to read. */
    static final int ACTIONS = 150;

    private static final int PROGRESS = 100;

    private final int actions;
    private final long until;
    private final AtomicLong next;
    private final long end;
    private final SortedMap<String, Integer> counts = new TreeMap<>();
    private final SortedMap<Long, String> failures = new TreeMap<>();
    private final long began = System.nanoTime();
    private int done;

    private ClusterCampaign(long first, long seeds, int actions, Duration most) {
        this.next = new AtomicLong(first);
        this.end = first + seeds;
        this.actions = actions;
        this.until = began + most.toNanos();
    }

    /** Exits with 1 if a history was wrong. */
    public static void main(String[] arguments) throws InterruptedException {
        long first = Long.parseLong(arguments[0]);
        long seeds = Long.parseLong(arguments[1]);
        int actions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : ACTIONS;
        int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
        double hours = arguments.length > 4 ? Double.parseDouble(arguments[4]) : 1000;
        if (seeds == 1) {
            System.out.println(SwarmConfig.draw(first, actions));
        }
        ClusterCampaign campaign =
                new ClusterCampaign(first, seeds, actions, Duration.ofSeconds((long) (hours * 3600)));
        Thread[] workers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Thread(campaign::work, "campaign-" + i);
            workers[i].start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        campaign.report();
        System.exit(campaign.failures.isEmpty() ? 0 : 1);
    }

    /** Returns the events of all histories. Throws with the seed of the first wrong one. */
    static SortedMap<String, Integer> run(long first, int seeds, int actions) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                run(seed, actions, SimEngine::new).counts().forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException e) {
                throw new IllegalStateException(again(seed, actions) + ": " + e.getMessage(), e);
            }
        }
        return counts;
    }

    /** Runs one history. */
    static Simulator run(long seed, int actions, SimEngine.Factory engine) {
        return new ClusterScenario(seed, SwarmConfig.draw(seed, actions), engine).run();
    }

    private static String again(long seed, int actions) {
        return "again: java -ea -cp … io.s3stream.simulation.cluster.ClusterCampaign " + seed + " 1 " + actions;
    }

    private void work() {
        for (long seed = next.getAndIncrement();
                seed < end && System.nanoTime() < until;
                seed = next.getAndIncrement()) {
            try {
                Simulator history = run(seed, actions, SimEngine::new);
                finished(history.counts());
            } catch (RuntimeException | AssertionError e) {
                failed(seed, e);
            }
        }
    }

    private synchronized void finished(SortedMap<String, Integer> met) {
        met.forEach((what, n) -> counts.merge(what, n, Integer::sum));
        done++;
        if (done % PROGRESS == 0) {
            System.out.println(summary());
        }
    }

    private synchronized void failed(long seed, Throwable error) {
        failures.put(seed, String.valueOf(error.getMessage()));
        System.out.println("seed " + seed + " FAILED: " + error + "\n    " + again(seed, actions));
        if (next.get() >= end || end - next.get() < 0 || Boolean.getBoolean("sim.trace")) {
            error.printStackTrace(System.out);
        }
    }

    private String summary() {
        double hours = (System.nanoTime() - began) / 3.6e12;
        return String.format(
                "%d seeds clean, %d failed, %.0f seeds/hour, last seed begun %d",
                done, failures.size(), (done + failures.size()) / hours, Math.min(end, next.get()) - 1);
    }

    private void report() {
        counts.forEach((what, n) -> System.out.printf("%9d  %s%n", n, what));
        System.out.println(summary());
        failures.forEach((seed, what) -> System.out.println("seed " + seed + ": " + what));
    }
}
