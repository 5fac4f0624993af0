package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.metadata.NodeInfo;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is closed refuses connections, and its node is still open: the other brokers must leave it alone. */
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

    private static NodeInfo node(Broker asked) {
        return asked.store().listNodes().join().stream()
                .filter(node -> node.id() == 1)
                .findFirst()
                .orElseThrow();
    }
}
