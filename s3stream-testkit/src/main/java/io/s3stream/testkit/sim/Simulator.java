package io.s3stream.testkit.sim;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Virtual time and the queue of events. Events at the same time run in an order drawn from the seed. Owns the trace: a
 * hash over the names and times of all events, equal for equal histories. Not thread-safe.
 */
public final class Simulator {

    private final long seed;
    private final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final TreeMap<String, Integer> counts = new TreeMap<>();
    private long now;
    private long scheduled;
    private long executed;
    private long trace = 1125899906842597L;

    private record Event(long time, int tie, long number, String name, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            if (time != other.time) {
                return Long.compare(time, other.time);
            }
            return tie != other.tie ? Integer.compare(tie, other.tie) : Long.compare(number, other.number);
        }
    }

    public Simulator(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    public long seed() {
        return seed;
    }

    /** Returns the virtual nanoseconds since the start. */
    public long now() {
        return now;
    }

    /** Returns the only source of randomness. */
    public RandomGenerator random() {
        return random;
    }

    /** Returns true with this probability. */
    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Returns a delay with a long tail: mostly near {@code typicalNanos}, sometimes ten times as long. */
    public long latency(long typicalNanos) {
        long base = 1 + (long) (typicalNanos * (0.5 + random.nextDouble()));
        return chance(0.03) ? base * 10 : base;
    }

    /** Schedules {@code task} after {@code delayNanos}. */
    public void after(long delayNanos, String name, Runnable task) {
        events.add(new Event(now + Math.max(0, delayNanos), random.nextInt(), scheduled++, name, task));
    }

    /** Runs the next event. Returns false if there is none. */
    public boolean runNext() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        now = event.time();
        executed++;
        mix(event.name().hashCode());
        mix(now);
        event.task().run();
        return true;
    }

    /**
     * Runs events until the condition holds.
     *
     * @throws IllegalStateException if no event is left, or after {@code maxEvents} events: a hang
     */
    public void runUntil(BooleanSupplier condition, long maxEvents, String what) {
        for (long i = 0; !condition.getAsBoolean(); i++) {
            if (i >= maxEvents || !runNext()) {
                throw new IllegalStateException("seed " + seed + ": hangs waiting for " + what + " at "
                        + now / 1_000_000 + " ms after " + i + " events, " + events.size() + " more are scheduled");
            }
        }
    }

    /** Runs the events of the next {@code nanos}. */
    public void runFor(long nanos) {
        long until = now + nanos;
        while (true) {
            Event next = events.peek();
            if (next == null || next.time() > until) {
                now = until;
                return;
            }
            runNext();
        }
    }

    /** Counts a fault or a step. */
    public void count(String what) {
        counts.merge(what, 1, Integer::sum);
        mix(what.hashCode());
    }

    @SuppressWarnings("NonApiType") // the sorted order is part of the contract, and so is the type
    public TreeMap<String, Integer> counts() {
        return counts;
    }

    /** Returns the trace, which is equal for equal histories. */
    public long trace() {
        return trace ^ executed;
    }

    private void mix(long value) {
        trace = (trace ^ value) * 0x9E3779B97F4A7C15L;
        trace ^= trace >>> 32;
    }
}
