package io.s3stream.kafka.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;

/**
 * Many partitions on one broker with a small heap: {@code ManyPartitions HOME SCRATCH PORT PARTITIONS HEAP}. Creates a
 * topic, appends numbered records to each partition, reads them, restarts the broker, and reads them again. Exits with 1
 * unless each partition has exactly its records, in order.
 */
public final class ManyPartitions {

    private static final String TOPIC = "many";
    private static final int RECORDS = 20;
    private static final int RECORD_BYTES = 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Server server;
    private final int partitions;

    private ManyPartitions(Server server, int partitions) {
        this.server = server;
        this.partitions = partitions;
    }

    public static void main(String[] arguments) throws Exception {
        int partitions = Integer.parseInt(arguments[3]);
        int port = Integer.parseInt(arguments[2]);
        try (Servers servers = new Servers(Path.of(arguments[0]), Path.of(arguments[1]), arguments[4], "", port)) {
            new ManyPartitions(servers.block(), partitions).run();
        }
    }

    private void run() throws IOException, ExecutionException, InterruptedException {
        report("started", System.nanoTime());
        long begin = System.nanoTime();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, partitions, (short) 1)))
                    .all()
                    .get();
        }
        report("created " + partitions + " partitions", begin);
        begin = System.nanoTime();
        append();
        report("appended " + RECORDS + " records to each", begin);
        begin = System.nanoTime();
        read();
        report("read all", begin);
        begin = System.nanoTime();
        server.restart();
        report("restarted", begin);
        begin = System.nanoTime();
        read();
        report("read all again", begin);
    }

    private void append() throws ExecutionException, InterruptedException {
        try (KafkaProducer<Integer, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", server.bootstrap(), "acks", "all", "linger.ms", 5),
                new IntegerSerializer(),
                new ByteArraySerializer())) {
            for (int number = 0; number < RECORDS; number++) {
                int key = number;
                List<Future<RecordMetadata>> sent = IntStream.range(0, partitions)
                        .mapToObj(partition ->
                                producer.send(new ProducerRecord<>(TOPIC, partition, key, new byte[RECORD_BYTES])))
                        .toList();
                for (Future<RecordMetadata> each : sent) {
                    each.get();
                }
            }
        }
    }

    private void read() {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(index -> new TopicPartition(TOPIC, index))
                .toList();
        int[] next = new int[partitions];
        long left = (long) partitions * RECORDS;
        try (KafkaConsumer<Integer, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", server.bootstrap()),
                new IntegerDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (left > 0) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(left + " records are missing after " + PATIENCE);
                }
                for (ConsumerRecord<Integer, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (record.key() != next[record.partition()]++ || record.value().length != RECORD_BYTES) {
                        throw new IllegalStateException("wrong record " + record.key() + " in partition "
                                + record.partition() + " at offset " + record.offset());
                    }
                    left--;
                }
            }
        }
    }

    private void report(String step, long begin) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%s: %.1f s, live heap %d MiB, peak of resident memory %d MiB%n",
                step,
                (System.nanoTime() - begin) / 1e9,
                server.liveHeapMiB(),
                server.peakMiB());
    }
}
