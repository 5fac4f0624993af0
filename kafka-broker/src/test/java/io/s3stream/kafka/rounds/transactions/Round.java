package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.transactions.checker.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A round: two writers, two forwarders and two readers, and then a complete reading of each isolation.
 *
 * @param progress gets a permit for each transaction that a client begins
 */
record Round(Settings settings, long seed, Semaphore progress) {

    private static final int WRITERS = 2;
    private static final int FORWARDERS = 2;
    private static final int TRANSACTIONS = 6;
    private static final Duration FINAL_READING = Duration.ofSeconds(30);

    /** Runs the round. Blocks until all its clients have ended. */
    History run() {
        Random random = new Random(seed);
        Recorder recorder = new Recorder(progress);
        AtomicBoolean isWritten = new AtomicBoolean();
        AtomicBoolean isForwarded = new AtomicBoolean();
        List<String> ids = new ArrayList<>();
        List<Runnable> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            ids.add(settings.topic() + "-writer-" + i);
            writers.add(new Writer(settings, recorder, ids.get(i), TRANSACTIONS, random.nextLong()));
        }
        String protocol = random.nextBoolean() ? "classic" : "consumer";
        List<Runnable> forwarders = new ArrayList<>();
        for (int i = 0; i < FORWARDERS; i++) {
            String id = settings.topic() + "-forwarder-" + i;
            ids.add(id);
            forwarders.add(new Forwarder(settings, recorder, id, protocol, isWritten::get, random.nextLong()));
        }
        CompletableFuture<Void> written = all(writers).whenComplete((done, error) -> isWritten.set(true));
        CompletableFuture<Void> forwarded = all(forwarders);
        List<Runnable> readers = new ArrayList<>();
        for (IsolationLevel isolation : IsolationLevel.values()) {
            readers.add(new Reader(settings, recorder, "reader " + isolation, isolation, log -> isForwarded.get()));
        }
        CompletableFuture<Void> read = all(readers);
        try {
            CompletableFuture.allOf(written, forwarded).join();
        } finally {
            isForwarded.set(true);
            read.join();
        }
        if (settings.isOver()) {
            throw new StuckException("the clients of " + settings.topic() + " reached their deadline", null);
        }
        return finish(recorder, ids);
    }

    private CompletableFuture<Void> all(List<Runnable> clients) {
        return CompletableFuture.allOf(clients.stream()
                .map(client -> CompletableFuture.runAsync(client, settings.threads()))
                .toArray(CompletableFuture[]::new));
    }

    /** Ends all transactions that are left, and reads everything. */
    private History finish(Recorder recorder, List<String> ids) {
        all(ids.stream()
                        .map(id -> (Runnable)
                                () -> new TransactionalClient(settings, recorder, new Random(seed), id).close())
                        .toList())
                .join();
        long deadline = System.nanoTime() + FINAL_READING.toNanos();
        Settings last = settings.with(deadline);
        Map<TopicPartition, Long> ends = new HashMap<>();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        readState(last, ends, offsets);
        List<Runnable> readers = new ArrayList<>();
        for (IsolationLevel isolation : IsolationLevel.values()) {
            readers.add(new Reader(
                    last,
                    recorder,
                    "last reader " + isolation,
                    isolation,
                    log -> ends.entrySet().stream().allMatch(end -> log.position(end.getKey()) >= end.getValue())));
        }
        all(readers).join();
        return recorder.history(ends, offsets);
    }

    private static void readState(Settings last, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> offsets) {
        Map<String, Object> group = Map.of("group.id", last.topic());
        try (Consumer<?, ?> committed = last.reader(IsolationLevel.READ_COMMITTED, group);
                Consumer<?, ?> uncommitted = last.reader(IsolationLevel.READ_UNCOMMITTED, Map.of())) {
            Map<TopicPartition, OffsetAndMetadata> known = committed.committed(Set.copyOf(last.all()));
            known.forEach((partition, offset) -> {
                if (offset != null) {
                    offsets.put(partition, offset.offset());
                }
            });
            ends.putAll(uncommitted.endOffsets(last.all()));
        } catch (KafkaException e) {
            throw new StuckException("the offsets of " + last.topic() + " cannot be read", e);
        }
    }
}
