package io.s3stream.simulation;

import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimEngine;

/**
 * Runs all calls that a caller can abandon, one after another. Each runs in a world of its own and in each way of
 * abandoning [R43].
 */
final class GivenUpScenario {

    private final long seed;
    private final SimEngine.Factory engine;

    GivenUpScenario(long seed, SimEngine.Factory engine) {
        this.seed = seed;
        this.engine = engine;
    }

    void run() {
        new GivenUpCalls().all().keySet().forEach(this::run);
    }

    /** @param call of {@link GivenUpCalls#all} */
    void run(String call) {
        GivenUpCalls.Exercise exercise = new GivenUpCalls().all().get(call);
        if (exercise == null) {
            throw new IllegalArgumentException("call=" + call + ": no exercise of that name; add one to GivenUpCalls");
        }
        for (GivenUpWorld.Spoiling spoiling : GivenUpWorld.Spoiling.values()) {
            try {
                GivenUpWorld world = new GivenUpWorld(seed, engine, spoiling);
                exercise.run(world);
                world.end();
            } catch (RuntimeException e) {
                throw new HistoryViolation(call + " " + spoiling + ": " + e.getMessage());
            }
        }
    }
}
