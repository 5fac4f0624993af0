package io.s3stream.kafka.rounds;

import java.util.List;

/** Adds brokers, then removes more than were added, then returns to the first number: 3, 5, 2, 3. */
record Scale() implements Disturbance {

    private static final int ADDED = 2;
    private static final int REMOVED = 3;

    @Override
    public void run(Stage stage) throws InterruptedException {
        BrokerProcesses brokers = stage.brokers();
        for (int i = 0; i < ADDED; i++) {
            stage.measure("scale out", () -> brokers.join(brokers.unusedId()));
        }
        List<Integer> ids = stage.pick(REMOVED);
        for (int id : ids) {
            stage.measure("scale in", () -> brokers.terminate(id));
        }
        for (int i = ADDED; i < REMOVED; i++) {
            stage.measure("scale out", () -> brokers.join(brokers.unusedId()));
        }
    }
}
