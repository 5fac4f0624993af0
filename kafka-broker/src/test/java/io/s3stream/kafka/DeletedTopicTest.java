package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletedTopicTest {

    private static final int PARTITIONS = 4;

    @TempDir
    Path dir;

    /**
     * Kafka's group coordinator forgets the offsets of a deleted topic, and waits until that is durable. If a thread waits
     * that makes it durable, no client is served until the coordinator's time-out.
     */
    @Test
    void noThreadOfTheBrokerWaitsForTheGroupCoordinator() throws IOException {
        Set<String> waiting = new TreeSet<>();
        GroupSettings groups = new GroupSettings(4, 16 << 20, Clients.FAST_GROUPS);
        BrokerConfig config = new BrokerConfig(
                0, dir.resolve("objects").toUri(), URI.create("store:/?linger=1ms"), "localhost", 0, 1, true);
        try (Broker broker = Broker.start(config.with(groups))) {
            Clients clients = new Clients(broker);
            for (int i = 0; i < 5; i++) {
                String topic = "topic-" + i;
                clients.createTopic(topic, PARTITIONS);
                commit(clients, topic);
                try (Admin admin = clients.admin()) {
                    var deleted = admin.deleteTopics(List.of(topic)).all();
                    await().until(() -> {
                        waiting.addAll(threadsInCoordinator());
                        return deleted.isDone() && forgotten(admin);
                    });
                    get(deleted);
                }
            }
        }
        assertThat(waiting).isEmpty();
    }

    private static void commit(Clients clients, String topic) {
        try (Consumer<String, String> consumer = clients.consumer(Map.of("group.id", "readers"))) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)));
        }
    }

    private static boolean forgotten(Admin admin) {
        return get(admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata())
                .isEmpty();
    }

    /** The threads of the cluster and of the store that are inside of the coordinator, or wait for a lock of it. */
    private static Set<String> threadsInCoordinator() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> isOfBroker(entry.getKey().getName())
                        && Arrays.stream(entry.getValue())
                                .limit(entry.getKey().getState() == Thread.State.RUNNABLE ? 0 : Long.MAX_VALUE)
                                .anyMatch(frame -> frame.getClassName().contains(".GroupCoordinator")))
                .map(entry -> entry.getKey().getName() + " at " + Arrays.toString(entry.getValue()))
                .collect(Collectors.toSet());
    }

    private static boolean isOfBroker(String thread) {
        return thread.startsWith("kafka-cluster")
                || thread.startsWith("s3stream-")
                || thread.startsWith("kafka-network");
    }
}
