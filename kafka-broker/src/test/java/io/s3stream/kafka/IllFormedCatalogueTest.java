package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.StreamInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and tags that other clients of the store write must not stop a broker, and must not let it delete a log. */
class IllFormedCatalogueTest {

    private static final String ID = Uuid.randomUuid().toString();

    @TempDir
    Path dir;

    private Broker broker;
    private StreamStore store;
    private Clients clients;

    @BeforeEach
    void start() throws IOException {
        broker = TestBrokers.start(dir, BrokerOptions.defaults().withRetentionInterval(Duration.ofMillis(50)));
        store = broker.store();
        clients = new Clients(broker);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void streamsWithNamesAndTagsOfOtherProgramsAreIgnored() throws IOException {
        create("kafka/topic/without-tags", Map.of());
        create("kafka/topic/bad-id", Map.of("id", "?", "partitions", "1"));
        create("kafka/topic/reserved-id", Map.of("id", Uuid.ZERO_UUID.toString(), "partitions", "1"));
        create("kafka/topic/bad-count", Map.of("id", ID, "partitions", "many"));
        create("kafka/topic/negative", Map.of("id", ID, "partitions", "-1"));
        create("kafka/topic/enormous", Map.of("id", ID, "partitions", "2147483647"));
        create("kafka/log/", Map.of());
        create("kafka/log/short/0", Map.of());
        create("kafka/log/" + ID + "/last", Map.of());
        create("kafka/log/" + ID + "/+1", Map.of());
        create("kafka/producers/" + ID + "/-1", Map.of());
        create("kafka/topic/", Map.of());

        assertThatTopicsAreServed("after");
        broker.close();
        start();
        assertThatTopicsAreServed("after a restart");
    }

    @Test
    void tagsOfANodeThatIsNoBrokerAreIgnored() {
        for (Map<String, String> tags : List.of(
                Map.of("kafka.host", "h"),
                Map.of("kafka.host", "h", "kafka.port", "x", "kafka.weight", "1", "kafka.phase", "READY"),
                Map.of("kafka.host", "h", "kafka.port", "1", "kafka.weight", "NaN", "kafka.phase", "READY"),
                Map.of("kafka.host", "h", "kafka.port", "1", "kafka.weight", "Infinity", "kafka.phase", "READY"),
                Map.of("kafka.host", "h", "kafka.port", "1", "kafka.weight", "1", "kafka.phase", "ASLEEP"))) {
            try (StreamStore other = StreamStore.builder()
                    .storage(TestBrokers.config(dir).storage())
                    .wal(dir.resolve("other").toUri().toString().replaceFirst("file:", "block:") + "?capacity=64MiB")
                    .nodeId(7)
                    .nodeTags(tags)
                    .open()) {
                assertThat(other.listNodes().join()).hasSize(2);
                assertThatTopicsAreServed("topic" + tags.hashCode());
            }
        }
    }

    /** Without its tags a topic looks as if it were deleted. */
    @Test
    void theLogsOfATopicWithUnreadableTagsAreKept() {
        clients.createTopic("damaged", 2);
        clients.produce("damaged", 1, 10);
        StreamInfo topic = store.findStream("kafka/topic/damaged").join().orElseThrow();
        store.updateTags(topic.id(), topic.tags(), Map.of("id", "lost")).join();
        await().untilAsserted(() -> assertThat(topics()).doesNotContain("damaged"));
        repair();

        store.updateTags(topic.id(), Map.of("id", "lost"), topic.tags()).join();
        await().untilAsserted(() -> assertThat(topics()).contains("damaged"));
        assertThat(clients.consume("damaged", 1, 10)).isEqualTo(Clients.values(10));
    }

    /** Waits for whole rounds of the repair: it completes a topic that lacks its logs. */
    private void repair() {
        for (String name : List.of("first", "second")) {
            create("kafka/topic/" + name, Map.of("id", Uuid.randomUuid().toString(), "partitions", "1"));
            await().untilAsserted(() -> assertThat(topics()).contains(name));
        }
    }

    private void create(String name, Map<String, String> tags) {
        store.createStream(new CreateOptions(name, tags)).join();
    }

    private void assertThatTopicsAreServed(String topic) {
        String name = topic.replace(' ', '-');
        clients.createTopic(name, 1);
        clients.produce(name, 0, 10);
        assertThat(clients.consume(name, 0, 10)).isEqualTo(Clients.values(10));
    }

    private List<String> topics() {
        try (Admin admin = clients.admin()) {
            return List.copyOf(Clients.get(admin.listTopics().names()));
        }
    }
}
