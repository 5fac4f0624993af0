package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.transactions.checker.History;
import java.util.Random;
import org.apache.kafka.common.KafkaException;

/** A client that sends records in transactions. Confined to one thread. */
final class Writer implements Runnable {

    private static final int MAX_RECORDS = 4;
    private static final int MAX_HOPS = 2;

    private final Settings settings;
    private final Recorder recorder;
    private final String id;
    private final int transactions;
    private final long seed;

    Writer(Settings settings, Recorder recorder, String id, int transactions, long seed) {
        this.settings = settings;
        this.recorder = recorder;
        this.id = id;
        this.transactions = transactions;
        this.seed = seed;
    }

    @Override
    public void run() {
        Random random = new Random(seed);
        try (TransactionalClient client = new TransactionalClient(settings, recorder, random, id)) {
            for (int i = 0; i < transactions && !settings.isOver(); i++) {
                try {
                    client.begin();
                    for (int sends = 1 + random.nextInt(MAX_RECORDS); sends > 0; sends--) {
                        client.send(random.nextInt(MAX_HOPS + 1), History.NONE);
                    }
                    client.end();
                } catch (KafkaException e) {
                    client.restart();
                }
            }
        }
    }
}
