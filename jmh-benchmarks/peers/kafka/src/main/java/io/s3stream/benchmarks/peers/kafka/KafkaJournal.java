package io.s3stream.benchmarks.peers.kafka;

import io.s3stream.benchmarks.peers.worker.Ack;
import io.s3stream.benchmarks.peers.worker.Journal;
import io.s3stream.benchmarks.peers.worker.Setup;
import io.s3stream.benchmarks.peers.worker.Usage;
import io.s3stream.benchmarks.peers.worker.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Produces to one broker. Each producer has a client and a partition. */
final class KafkaJournal implements Journal {

    private static final String TOPIC = "journal";
    private static final int BATCH_BYTES = 1_000_000;

    private final Broker broker;
    private final byte[] payload;
    private final List<KafkaProducer<byte[], byte[]>> clients = new ArrayList<>();
    private Usage brokerUsage = new Usage(0, 0, 0);
    private Usage brokerUsageBefore = new Usage(0, 0, 0);

    KafkaJournal(Setup setup) throws IOException, InterruptedException, ExecutionException {
        this.payload = setup.payload();
        this.broker = Broker.start(setup.directory());
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                broker.address(),
                "acks",
                "all",
                "batch.size",
                BATCH_BYTES,
                "max.request.size",
                2 * BATCH_BYTES);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            NewTopic topic = new NewTopic(TOPIC, setup.producers(), (short) 1);
            admin.createTopics(List.of(topic.configs(Map.of("flush.messages", "1"))))
                    .all()
                    .get();
        }
        for (int i = 0; i < setup.producers(); i++) {
            KafkaProducer<byte[], byte[]> client =
                    new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            clients.add(client);
            client.send(new ProducerRecord<>(TOPIC, i, null, payload)).get(); // the partition has a leader now
        }
    }

    public static void main(String[] arguments) {
        Worker.main(arguments, KafkaJournal::new);
    }

    @Override
    public void append(int producer, Ack ack) {
        clients.get(producer).send(new ProducerRecord<>(TOPIC, producer, null, payload), (metadata, failure) -> {
            if (failure == null) {
                ack.durable();
            } else {
                ack.failed(failure);
            }
        });
    }

    @Override
    public Usage usage() {
        brokerUsageBefore = brokerUsage;
        brokerUsage = broker.usage();
        return Usage.ofThisProcess().plus(brokerUsage);
    }

    @Override
    public Map<String, String> notes() {
        Usage used = brokerUsage.since(brokerUsageBefore);
        return Map.of(
                "broker alone:",
                String.format(
                        Locale.ROOT,
                        "%.2f CPU s, %.0f MB allocated, %d collections",
                        used.cpuNanos() / 1e9,
                        used.allocated() / 1e6,
                        used.collections()));
    }

    @Override
    public void close() {
        clients.forEach(KafkaProducer::close);
        broker.close();
    }
}
