package io.s3stream.kafka.bench;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The producing workloads: an idempotent producer with {@code acks=all}, batches of 64 KiB and a linger of 5 ms. All
 * other settings are Kafka's defaults.
 *
 * @param topic exists
 */
record ProducerLoad(Contender contender, String topic) {

    private static final double SECOND = 1e9;

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        contender.server().bootstrap(),
                        "acks",
                        "all",
                        "batch.size",
                        64 << 10,
                        "linger.ms",
                        5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static byte[] value(int bytes) {
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        return value;
    }

    /**
     * Waits until each partition of a new topic acknowledges a record. Kafka answers the creation before its leaders are
     * ready. An idempotent producer with several requests in flight would then wait until its timeout.
     */
    void awaitLeaders(int partitions) {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < partitions; i++) {
                producer.send(new ProducerRecord<>(topic, i, null, value(1))).get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(contender.name() + ": a new topic is not ready", e);
        }
    }

    /** Sends records as fast as they are acknowledged. Returns the acknowledged bytes per second, in MiB. */
    double fill(int recordBytes, long bytes) {
        byte[] value = value(recordBytes);
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            producer.partitionsFor(topic);
            long begin = System.nanoTime();
            for (long sent = 0; sent < bytes; sent += recordBytes) {
                producer.send(new ProducerRecord<>(topic, value), (metadata, error) -> {
                    if (error != null) {
                        failure.compareAndSet(null, error);
                    }
                });
            }
            producer.flush();
            double seconds = (System.nanoTime() - begin) / SECOND;
            check(failure.get());
            return bytes / seconds / (1 << 20);
        }
    }

    /**
     * Sends records at a constant rate. Returns the times from the moment at which each record was due until its
     * acknowledgement, in microseconds. So a record that the producer sends late counts with its whole delay.
     */
    Histogram paced(int recordBytes, long bytesPerSecond, int seconds) {
        byte[] value = value(recordBytes);
        Histogram latencies = new ConcurrentHistogram(3);
        AtomicReference<Exception> failure = new AtomicReference<>();
        double gap = SECOND * recordBytes / bytesPerSecond;
        long records = seconds * bytesPerSecond / recordBytes;
        long warmUp = records / 5;
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            producer.partitionsFor(topic);
            long begin = System.nanoTime();
            for (long i = 0; i < records; i++) {
                long due = begin + (long) (i * gap);
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                boolean isCounted = i >= warmUp;
                producer.send(new ProducerRecord<>(topic, value), (metadata, error) -> {
                    if (error != null) {
                        failure.compareAndSet(null, error);
                    } else if (isCounted) {
                        latencies.recordValue((System.nanoTime() - due) / 1000);
                    }
                });
            }
            producer.flush();
        }
        check(failure.get());
        return latencies;
    }

    private void check(Exception failure) {
        if (failure != null) {
            throw new IllegalStateException(contender.name() + ": a record was not acknowledged", failure);
        }
    }
}
