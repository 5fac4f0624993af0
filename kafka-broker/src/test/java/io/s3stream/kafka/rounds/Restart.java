package io.s3stream.kafka.rounds;

/** Stops a broker with a signal, then starts it again. */
record Restart() implements Disturbance {

    @Override
    public void run(Stage stage) throws InterruptedException {
        int id = stage.pick(1).get(0);
        stage.measure("stop", () -> stage.brokers().terminate(id));
        stage.measure("join", () -> stage.brokers().join(id));
    }
}
