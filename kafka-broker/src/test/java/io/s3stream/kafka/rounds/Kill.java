package io.s3stream.kafka.rounds;

import java.util.List;

/** Kills some brokers at once, then starts them again one by one. */
record Kill(int count) implements Disturbance {

    @Override
    public void run(Stage stage) throws InterruptedException {
        List<Integer> ids = stage.pick(count);
        stage.measure(count == 1 ? "kill" : count + " killed", () -> ids.forEach(stage.brokers()::kill));
        for (int id : ids) {
            stage.measure("join", () -> stage.brokers().join(id));
        }
    }
}
