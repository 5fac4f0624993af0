package io.s3stream.kafka.rounds;

/** Cuts a broker off from the object storage until others have taken it over. Its clients still reach it. */
record Cut() implements Disturbance {

    @Override
    public void run(Stage stage) throws InterruptedException {
        int id = stage.pick(1).get(0);
        stage.measure("cut", () -> {
            stage.brokers().cut(id);
            stage.brokers().awaitTakenOver(id);
        });
        stage.brokers().reconnect(id);
        stage.measure("join", () -> stage.brokers().join(id));
    }
}
