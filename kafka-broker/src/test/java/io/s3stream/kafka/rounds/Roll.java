package io.s3stream.kafka.rounds;

/** Restarts all brokers one after the other. Each restart is measured from the signal until the broker leads again. */
record Roll() implements Disturbance {

    @Override
    public void run(Stage stage) throws InterruptedException {
        for (int id : stage.brokers().running()) {
            stage.measure("roll", () -> {
                stage.brokers().terminate(id);
                stage.brokers().join(id);
            });
        }
    }
}
