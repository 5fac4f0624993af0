package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own clients, against one broker in this process. */
class BrokerTest {

    @TempDir
    Path dir;

    @Test
    void producedRecordsAreConsumedInOrder() throws IOException {
        try (Broker broker = start()) {
            Clients clients = new Clients(broker);
            clients.createTopic("orders", 2);
            clients.produce("orders", 1, 1000);
            assertThat(clients.consume("orders", 1, 1000)).isEqualTo(Clients.values(1000));
        }
    }

    @Test
    void recordsOutliveTheBroker() throws IOException {
        try (Broker broker = start()) {
            new Clients(broker).produce("events", 0, 100);
        }
        try (Broker broker = start()) {
            assertThat(new Clients(broker).consume("events", 0, 100)).isEqualTo(Clients.values(100));
        }
    }

    private Broker start() throws IOException {
        return Broker.start(TestBrokers.config(dir));
    }

    @Test
    void aBrokerThatCannotListenLeavesNothingOpen() throws IOException {
        Path elsewhere = dir.resolve("other");
        try (Broker other = start()) {
            BrokerConfig config = TestBrokers.config(elsewhere);
            BrokerConfig taken =
                    new BrokerConfig(0, config.storage(), config.wal(), "localhost", other.port(), 1, true);
            assertThatThrownBy(() -> Broker.start(taken)).hasMessageContaining("choose another port");
            Broker.start(config).close(); // refused while the store of the first attempt holds the WAL
        }
    }
}
