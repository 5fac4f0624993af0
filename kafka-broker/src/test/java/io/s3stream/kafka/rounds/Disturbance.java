package io.s3stream.kafka.rounds;

/** A change or failure of brokers. Each leaves as many running brokers as it found. */
sealed interface Disturbance permits Kill, Pause, Cut, Restart, Roll, Scale {

    /** Disturbs the brokers under load, and returns when all partitions acknowledge the load again. */
    void run(Stage stage) throws InterruptedException;
}
