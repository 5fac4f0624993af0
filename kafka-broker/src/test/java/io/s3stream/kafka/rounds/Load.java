package io.s3stream.kafka.rounds;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An idempotent producer that writes numbered records to each partition of a topic at a constant rate. Each partition's
 * history gets the acknowledged offsets. A thread of its own sends. The producer's thread reports acknowledgements.
 */
final class Load implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long BUFFER_BYTES = 128L << 20;

    private final String topic;
    private final List<PartitionHistory> histories;
    private final int recordBytes;
    private final int recordsPerSecond;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread sender = new Thread(this::send, "load");
    private volatile boolean isStopped;

    private final List<AtomicLong> lastAck = new ArrayList<>();
    private final Map<String, AtomicLong> failures = new ConcurrentHashMap<>();

    /** The longest time without an acknowledgement of a partition, since the last {@link #takeGap}; nanoseconds. */
    private final AtomicLong gap = new AtomicLong();

    /** @param histories of the partitions, which get the acknowledgements */
    Load(String bootstrap, String topic, List<PartitionHistory> histories, int recordBytes, int recordsPerSecond) {
        this.topic = topic;
        this.histories = histories;
        this.recordBytes = recordBytes;
        this.recordsPerSecond = recordsPerSecond;
        histories.forEach(history -> lastAck.add(new AtomicLong(System.nanoTime())));
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "buffer.memory", BUFFER_BYTES,
                        "enable.idempotence", true,
                        "linger.ms", 5,
                        "retry.backoff.ms", 20,
                        "retry.backoff.max.ms", 100,
                        "reconnect.backoff.ms", 20,
                        "reconnect.backoff.max.ms", 100,
                        "request.timeout.ms", 5000,
                        "delivery.timeout.ms", 120_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    void start() {
        sender.start();
    }

    private void send() {
        long start = System.nanoTime();
        for (long number = 0; !isStopped; ) {
            long due = (long) ((System.nanoTime() - start) / 1e9 * recordsPerSecond);
            for (; number < due && !isStopped; number++) {
                send((int) (number % histories.size()), number / histories.size());
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void send(int partition, long number) {
        byte[] value = ByteBuffer.allocate(recordBytes).putLong(number).array();
        producer.send(new ProducerRecord<>(topic, partition, null, value), (metadata, error) -> {
            if (error == null) {
                acknowledged(partition, number, metadata.offset());
            } else {
                failures.computeIfAbsent(error.getClass().getSimpleName(), key -> new AtomicLong())
                        .incrementAndGet();
            }
        });
    }

    private void acknowledged(int partition, long number, long offset) {
        histories.get(partition).acknowledge(number, offset);
        long now = System.nanoTime();
        long waited = now - lastAck.get(partition).getAndSet(now);
        gap.accumulateAndGet(waited, Math::max);
        synchronized (this) {
            notifyAll();
        }
    }

    /**
     * Waits until each partition has acknowledged as many more records as are sent to it in a second. More than are in
     * flight: so its present leader has acknowledged some of them.
     */
    synchronized void awaitSecondOfLoad() throws InterruptedException {
        int more = Math.max(1, recordsPerSecond / histories.size());
        long[] wanted = histories.stream()
                .mapToLong(history -> history.acknowledged() + more)
                .toArray();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < wanted.length; i++) {
            while (histories.get(i).acknowledged() < wanted[i]) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new IllegalStateException("partition " + i + " has not acknowledged " + more
                            + " records within " + PATIENCE + "; failed: " + failures);
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }

    /** The longest time without an acknowledgement of a partition since the last call, in milliseconds. */
    long takeGap() {
        long now = System.nanoTime();
        long open = lastAck.stream().mapToLong(last -> now - last.get()).max().orElse(0);
        return Math.max(gap.getAndSet(0), open) / 1_000_000;
    }

    long acknowledged() {
        return histories.stream().mapToLong(PartitionHistory::acknowledged).sum();
    }

    Map<String, AtomicLong> failures() {
        return failures;
    }

    /** Ends the sending, and waits until everything sent is acknowledged or has failed. */
    @Override
    public void close() {
        isStopped = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        producer.close();
    }
}
