package io.s3stream.kafka.cluster.simulation;

import io.s3stream.testkit.sim.Simulator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs many histories of brokers and sums up their events.
 *
 * <p>From the command line: {@code BrokerCampaign FIRST_SEED SEEDS [STEPS [THREADS [MINUTES]]]}. Continues after a failure,
 * and prints the command that repeats it. Ends after the minutes even if seeds are left. {@code -Dsim.trace=true} prints
 * the events of a history.
 */
public final class BrokerCampaign {

    /** Steps in a history. */
    static final int STEPS = 30;

    private static final int PROGRESS = 100;

    private final int steps;
    private final long until;
    private final AtomicLong next;
    private final long end;
    private final SortedMap<String, Long> counts = new TreeMap<>();
    private final SortedMap<Long, String> failures = new TreeMap<>();
    private final boolean isSingle;
    private final long began = System.nanoTime();
    private int done;

    private BrokerCampaign(long first, long seeds, int steps, double minutes) {
        this.next = new AtomicLong(first);
        this.end = first + seeds;
        this.isSingle = seeds == 1;
        this.steps = steps;
        this.until = began + (long) (minutes * 6e10);
    }

    /** Exits with 1 if a history was wrong. */
    public static void main(String[] arguments) throws InterruptedException {
        long first = Long.parseLong(arguments[0]);
        long seeds = Long.parseLong(arguments[1]);
        int steps = arguments.length > 2 ? Integer.parseInt(arguments[2]) : STEPS;
        int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
        double minutes = arguments.length > 4 ? Double.parseDouble(arguments[4]) : 100_000;
        if (seeds == 1) {
            System.out.println(BrokerSwarm.draw(first, steps));
        }
        BrokerCampaign campaign = new BrokerCampaign(first, seeds, steps, minutes);
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

    /** Runs one history. */
    static Simulator run(long seed, int steps, BrokerVariant variant) {
        return new BrokerScenario(seed, BrokerSwarm.draw(seed, steps), variant).run();
    }

    /** The command that repeats a history. */
    static String again(long seed, int steps) {
        return "again: .ci/kafka-simulation " + seed + " 1 " + steps;
    }

    private void work() {
        for (long seed = next.getAndIncrement();
                seed < end && System.nanoTime() < until;
                seed = next.getAndIncrement()) {
            try {
                finished(run(seed, steps, new BrokerVariant()));
            } catch (RuntimeException | AssertionError e) {
                failed(seed, e);
            }
        }
    }

    private synchronized void finished(Simulator history) {
        history.counts().forEach((event, n) -> counts.merge(event, (long) n, Long::sum));
        done++;
        if (isSingle) {
            System.out.println("trace " + history.trace());
        }
        if (done % PROGRESS == 0) {
            System.out.println(summary());
        }
    }

    private synchronized void failed(long seed, Throwable error) {
        failures.put(seed, String.valueOf(error.getMessage()));
        System.out.println("seed " + seed + " FAILED: " + error + "\n    " + again(seed, steps));
        if (Boolean.getBoolean("sim.trace")) {
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
        counts.forEach((event, n) -> System.out.printf("%9d  %s%n", n, event));
        System.out.println(summary());
        failures.forEach((seed, error) -> System.out.println("seed " + seed + ": " + error));
    }
}
