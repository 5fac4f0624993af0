package io.s3stream.kafka.rounds;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The surroundings of a {@link Disturbance}.
 *
 * @param random the only source of choices, so that a seed repeats them
 */
record Stage(BrokerProcesses brokers, Load load, Gaps gaps, Random random) {

    /** A part of a disturbance. */
    interface Step {
        void run();
    }

    /** Chooses some of the running brokers. */
    List<Integer> pick(int count) {
        List<Integer> ids = new ArrayList<>(brokers.running());
        Collections.shuffle(ids, random);
        return ids.subList(0, count);
    }

    /** Runs a step, waits for a second's load, and notes the longest time without an acknowledgement under that kind. */
    void measure(String kind, Step step) throws InterruptedException {
        load.takeGap();
        step.run();
        load.awaitSecondOfLoad();
        gaps.note(kind, load.takeGap());
    }
}
