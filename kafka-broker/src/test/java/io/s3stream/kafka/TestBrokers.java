package io.s3stream.kafka;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Brokers in this process, with their data in a directory. */
final class TestBrokers {

    private TestBrokers() {}

    static Broker start(Path dir) throws IOException {
        return start(dir, BrokerOptions.defaults());
    }

    static Broker start(Path dir, BrokerOptions options) throws IOException {
        return Broker.start(config(dir), options);
    }

    /** A broker with the id 0 at any free port. */
    static BrokerConfig config(Path dir) {
        return new BrokerConfig(
                0,
                dir.resolve("objects").toUri(),
                URI.create("block:" + dir.resolve("wal") + "?capacity=64MiB"),
                "localhost",
                0,
                1,
                true);
    }
}
