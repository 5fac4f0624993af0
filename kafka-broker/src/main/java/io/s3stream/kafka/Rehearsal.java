package io.s3stream.kafka;

import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves clients of its own with two brokers on a temporary directory, before the broker joins its cluster. The JVM loads and compiles the
 * classes of requests then. Without it, all partitions that move to a new broker would wait for that.
 */
final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private static final String TOPIC = "rehearsal";

    private static final int PARTITIONS = 4;

    private static final int RECORD_BYTES = 256;

    private Rehearsal() {}

    /**
     * Serves for this time, and a little longer. Blocks. A failure is logged and changes nothing else.
     *
     * @param parent of the directory, which is deleted at the end
     * @return whether clients were served
     */
    static boolean run(Path parent, Duration time) {
        long start = System.nanoTime();
        try {
            Path directory = Files.createTempDirectory(parent, "s3stream-rehearsal");
            try (Broker first = Broker.start(config(0, directory));
                    Broker second = Broker.start(config(1, directory))) {
                serve(List.of(first, second), start + time.toNanos());
            } finally {
                delete(directory);
            }
            return true;
        } catch (Exception | LinkageError e) {
            LOG.warn("event=rehearsal-failed; the first clients may wait longer", e);
            return false;
        } finally {
            LOG.info("event=rehearsed milliseconds={}", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
    }

    private static BrokerConfig config(int id, Path directory) {
        return new BrokerConfig(
                id,
                directory.toUri(),
                URI.create("store:/?linger=1ms"),
                "localhost",
                0,
                PARTITIONS,
                false,
                new GroupSettings(1, 1 << 20, Map.of()));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Until the end, and longer: then the second broker gives its partitions to the first. */
    private static void serve(List<Broker> brokers, long end) throws Exception {
        Map<String, Object> address = Map.of(
                "bootstrap.servers",
                brokers.stream().map(broker -> "localhost:" + broker.port()).toList());
        try (Admin admin = Admin.create(address)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        Map<String, Object> member = new HashMap<>(address);
        member.put("group.id", TOPIC);
        try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(address, new ByteArraySerializer(), new ByteArraySerializer());
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(member, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            do {
                write(producer);
                consumer.poll(Duration.ZERO);
            } while (System.nanoTime() < end);
            CompletableFuture<Void> drained = brokers.get(1).drain();
            do {
                write(producer);
            } while (!drained.isDone());
            write(producer);
        }
    }

    private static void write(KafkaProducer<byte[], byte[]> producer) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            producer.send(new ProducerRecord<>(TOPIC, partition, null, new byte[RECORD_BYTES]));
        }
        producer.flush();
    }
}
