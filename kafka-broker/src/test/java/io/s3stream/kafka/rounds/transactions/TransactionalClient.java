package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.transactions.checker.History;
import io.s3stream.kafka.transactions.checker.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A transactional producer that records its operations, and that can die or become a zombie. A new instance with the same
 * transactional id follows then. Confined to one thread, except for commits that race with a death or with a new instance.
 */
final class TransactionalClient implements AutoCloseable {

    private final Settings settings;
    private final Recorder recorder;
    private final Random random;
    private final String id;
    private final boolean isOld;
    private Incarnation present;
    private TransactionRecord transaction;
    private final List<Future<RecordMetadata>> pending = new ArrayList<>();

    /** A producer and its record. */
    private record Incarnation(KafkaProducer<String, String> producer, Instance instance) {

        /** Ends it as a killed process ends: no abort and no leave. */
        void kill() {
            producer.close(Duration.ZERO);
        }
    }

    /** Begins the first instance. */
    TransactionalClient(Settings settings, Recorder recorder, Random random, String id) {
        this.settings = settings;
        this.recorder = recorder;
        this.random = random;
        this.id = id;
        isOld = random.nextBoolean();
        present = start();
    }

    private Incarnation start() {
        while (true) {
            KafkaProducer<String, String> producer = settings.producer(id);
            if (isOld) {
                OldTransactions.use(producer);
            }
            long start = System.nanoTime();
            try {
                producer.initTransactions();
                Instance instance = new Instance(id, start, System.nanoTime());
                recorder.add(instance);
                return new Incarnation(producer, instance);
            } catch (KafkaException e) {
                producer.close(Duration.ZERO);
                if (settings.isOver()) {
                    throw new StuckException(id + " is not initialised", e);
                }
            }
        }
    }

    /** Replaces the producer by a new instance. */
    void restart() {
        present.kill();
        present = start();
    }

    void begin() {
        present.producer.beginTransaction();
        transaction = new TransactionRecord(present.instance);
        recorder.add(transaction);
        pending.clear();
    }

    /** Notes a record that this transaction is the result of. */
    void read(long value) {
        transaction.read(value);
    }

    void send(int hops, long source) {
        TopicPartition partition = settings.any(random);
        Payload payload = new Payload(recorder.nextValue(), hops);
        TransactionRecord sending = transaction;
        int index = sending.sending(partition, payload, source);
        var record = new ProducerRecord<>(partition.topic(), partition.partition(), id, payload.toString());
        pending.add(present.producer.send(record, (metadata, error) -> {
            if (error == null && metadata.hasOffset()) {
                sending.acknowledged(index, metadata.offset());
            }
        }));
    }

    void sendOffsets(Map<TopicPartition, Long> offsets, ConsumerGroupMetadata group) {
        transaction.sendingOffsets(offsets);
        Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>();
        offsets.forEach((partition, offset) -> sent.put(partition, new OffsetAndMetadata(offset)));
        present.producer.sendOffsetsToTransaction(sent, group);
    }

    /**
     * Ends the transaction, in the usual way or in another one.
     *
     * @return whether the commit was acknowledged and this producer continues
     * @throws KafkaException if the transaction failed; the caller restarts
     */
    boolean end() {
        Ending ending = Ending.any(random);
        switch (ending) {
            case COMMIT -> {
                awaitSends();
                commit(present.producer, transaction);
            }
            case ABORT -> present.producer.abortTransaction();
            case DIE -> restart();
            case DIE_IN_COMMIT -> {
                Incarnation dying = present;
                CompletableFuture<Void> commit = commitElsewhere(dying);
                restart();
                await(commit);
            }
            case RACE -> {
                Incarnation old = present;
                CompletableFuture<Void> commit = commitElsewhere(old);
                present = start();
                await(commit);
                old.kill();
            }
            case ZOMBIE -> {
                Incarnation old = present;
                present = start();
                goOn(old);
                old.kill();
            }
        }
        return ending == Ending.COMMIT;
    }

    /** Waits until all records are acknowledged: the commit sends nothing but the end of the transaction. */
    private void awaitSends() {
        try {
            for (Future<RecordMetadata> send : pending) {
                send.get();
            }
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void commit(KafkaProducer<?, ?> producer, TransactionRecord committing) {
        committing.committing();
        producer.commitTransaction();
        committing.committed();
    }

    private CompletableFuture<Void> commitElsewhere(Incarnation by) {
        TransactionRecord committing = transaction;
        return CompletableFuture.runAsync(() -> commit(by.producer, committing), settings.threads());
    }

    /** Waits for a commit that may fail. */
    private static void await(CompletableFuture<Void> commit) {
        try {
            commit.join();
        } catch (CompletionException e) {
            boolean isClosed = e.getCause() instanceof IllegalStateException; // the death came first
            if (!isClosed && !(e.getCause() instanceof KafkaException)) {
                throw e;
            }
        }
    }

    /** A fenced producer sends one more record and commits. The broker must refuse both. */
    private void goOn(Incarnation zombie) {
        Incarnation newer = present;
        present = zombie;
        try {
            send(0, History.NONE);
            awaitSends();
            commit(zombie.producer, transaction);
        } catch (KafkaException e) {
            // This is the usual end of a zombie. The checker sees its record if the broker accepted it.
        } finally {
            present = newer;
        }
    }

    @Override
    public void close() {
        present.kill();
    }
}
