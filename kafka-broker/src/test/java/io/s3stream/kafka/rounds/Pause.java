package io.s3stream.kafka.rounds;

/** Stops the threads of a broker until others have taken it over. */
record Pause() implements Disturbance {

    @Override
    public void run(Stage stage) throws InterruptedException {
        int id = stage.pick(1).get(0);
        stage.measure("pause", () -> stage.brokers().pause(id));
        stage.brokers().resume(id);
        stage.measure("join", () -> stage.brokers().join(id));
    }
}
