package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.metadata.NodeInfo;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that is closed refuses connections, and its node is still open: the other brokers must leave it alone. It leaves
 * without waiting for a log that no broker can take from it.
 */
class LeavingBrokerTest {

    private static final int LEAVES = 8;

    @TempDir
    Path dir;

    private Broker start(int id) throws IOException {
        return Broker.start(new BrokerConfig(
                id, dir.resolve("objects").toUri(), URI.create("store:/?linger=1ms"), "localhost", 0, 1, true));
    }

    /** A take-over gives the node another epoch, as each opening does. */
    @Test
    void brokerThatLeavesIsNotTakenOver() throws IOException {
        List<Long> epochs = new ArrayList<>();
        try (Broker other = start(0)) {
            for (int i = 1; i <= LEAVES; i++) {
                Broker leaving = start(1);
                Awaitility.await().until(() -> other.view().broker(1).isPresent());
                leaving.close();
                epochs.add(node(other).epoch());
                assertThat(node(other).isOpen()).isFalse();
            }
        }
        assertThat(epochs).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    /** Its logs of a topic that another broker has deleted are open until they are closed: no broker waits for them. */
    @Test
    void brokerThatLedADeletedTopicDrainsAtOnce() throws IOException, InterruptedException, ExecutionException {
        try (Broker other = start(0);
                Broker leaving = start(1)) {
            Awaitility.await().until(() -> other.view().broker(1).isPresent());
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", "localhost:" + other.port()))) {
                admin.createTopics(List.of(new NewTopic("events", 8, (short) 1)))
                        .all()
                        .get();
                Awaitility.await()
                        .until(() -> openStreams(other) + openStreams(leaving) == 16); // two for each partition
                assertThat(openStreams(leaving)).isPositive();

                admin.deleteTopics(List.of("events")).all().get();
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(openStreams(leaving)).isZero());

            assertThat(leaving.drain()).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    private static int openStreams(Broker broker) {
        return broker.store().openStreams().size();
    }

    private static NodeInfo node(Broker asked) {
        return asked.store().listNodes().join().stream()
                .filter(node -> node.id() == 1)
                .findFirst()
                .orElseThrow();
    }
}
