package io.s3stream.kafka.rounds.transactions;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A fault of brokers during rounds. */
enum Fault {
    NONE(12) {
        @Override
        void strike(Servers servers, int id, Semaphore progress) {
            // The clients make faults of their own.
        }
    },
    KILL(4) {
        @Override
        void strike(Servers servers, int id, Semaphore progress) {
            servers.broker(id).kill();
            servers.start(id);
        }
    },
    TWO_KILLS(1) {
        @Override
        void strike(Servers servers, int id, Semaphore progress) {
            int other = (id + 1) % Servers.COUNT;
            servers.broker(id).kill();
            servers.broker(other).kill();
            servers.start(id);
            servers.start(other);
        }
    },
    /** The broker gives its partitions to others before it ends. */
    RESTART(2) {
        @Override
        void strike(Servers servers, int id, Semaphore progress) {
            servers.broker(id).terminate();
            servers.start(id);
        }
    },
    /** A pause that is too short for a suspicion. */
    PAUSE(2) {
        @Override
        void strike(Servers servers, int id, Semaphore progress) throws InterruptedException {
            servers.broker(id).pause();
            progress.tryAcquire(TRANSACTIONS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            servers.broker(id).resume();
        }
    },
    /** A pause after which another broker has taken over, and the paused one is fenced. */
    TAKE_OVER(1) {
        @Override
        void strike(Servers servers, int id, Semaphore progress) throws InterruptedException {
            servers.broker(id).pause();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (int nodes = servers.nodes(); nodes < 0 || nodes == Servers.COUNT; nodes = servers.nodes()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("broker " + id + " is paused and in the cluster after " + PATIENCE);
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            servers.broker(id).resume();
            if (!servers.broker(id).hasEndedWithin((int) PATIENCE.toSeconds())) {
                throw new IllegalStateException("broker " + id + " was taken over and runs after " + PATIENCE);
            }
            servers.start(id);
        }
    };

    private static final int TRANSACTIONS = 10;
    private static final int PAUSE_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final int weight;

    Fault(int weight) {
        this.weight = weight;
    }

    /**
     * Strikes a broker, and starts it again. Does not wait until the broker is ready.
     *
     * @param progress has a permit for each transaction that clients begin
     */
    abstract void strike(Servers servers, int id, Semaphore progress) throws InterruptedException;

    static Fault any(Random random) {
        int sum = 0;
        for (Fault fault : values()) {
            sum += fault.weight;
        }
        int chosen = random.nextInt(sum);
        int at = 0;
        while (chosen >= values()[at].weight) {
            chosen -= values()[at++].weight;
        }
        return values()[at];
    }
}
