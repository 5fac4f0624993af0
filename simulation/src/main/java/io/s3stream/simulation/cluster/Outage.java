package io.s3stream.simulation.cluster;

import io.s3stream.testkit.sim.Simulator;

/**
 * The bucket, or a part of it, is unreachable for every process, for seconds or for hours [R44]. Owner of its end time.
 */
public final class Outage {

    private static final double SHORT_SECONDS = 60;
    private static final double LONG_SECONDS = 8 * 3600;

    private final Simulator simulator;
    private final boolean isLong;
    private String prefix = "";
    private long until;

    /** @param isLong whether an outage may last for hours */
    public Outage(Simulator simulator, boolean isLong) {
        this.simulator = simulator;
        this.isLong = isLong;
    }

    /** Begins an outage, unless there is one. */
    public void begin() {
        if (isOver()) {
            prefix = simulator.chance(0.4) ? "meta/" : simulator.chance(0.3) ? "data/" : "";
            double most = isLong ? LONG_SECONDS : SHORT_SECONDS;
            until = simulator.now()
                    + (long) (1e9 * Math.pow(most, simulator.random().nextDouble()));
            simulator.count("fault: outage" + (until - simulator.now() > 3_600_000_000_000L ? " of hours" : ""));
        }
    }

    /** Whether requests for keys with this prefix are answered. */
    boolean blocks(String key) {
        return !isOver() && key.startsWith(prefix);
    }

    /** Returns whether no outage lasts. */
    public boolean isOver() {
        return simulator.now() >= until;
    }

    /** Waits for its end. */
    public void sitOut() {
        if (!isOver()) {
            simulator.runFor(until - simulator.now());
        }
    }
}
