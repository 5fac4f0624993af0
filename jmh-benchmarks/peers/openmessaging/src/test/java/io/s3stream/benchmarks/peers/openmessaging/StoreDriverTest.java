package io.s3stream.benchmarks.peers.openmessaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.openmessaging.benchmark.driver.BenchmarkConsumer;
import io.openmessaging.benchmark.driver.BenchmarkProducer;
import io.openmessaging.benchmark.driver.ConsumerCallback;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.bookkeeper.stats.NullStatsLogger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreDriverTest {

    private static final int MESSAGES = 100;

    @TempDir
    Path directory;

    @Test
    void everySentMessageReachesTheConsumer() throws Exception {
        try (StoreDriver driver = open()) {
            driver.createTopic("topic", 3).get();
            Received received = new Received();
            try (BenchmarkConsumer consumer =
                            driver.createConsumer("topic", "sub", received).get();
                    BenchmarkProducer producer = driver.createProducer("topic").get()) {
                Set<String> sent = new TreeSet<>();
                for (int i = 0; i < MESSAGES; i++) {
                    String text = "message-" + i;
                    sent.add(text);
                    Optional<String> key = i % 2 == 0 ? Optional.empty() : Optional.of(text);
                    producer.sendAsync(key, text.getBytes(StandardCharsets.UTF_8))
                            .get();
                }
                assertTrue(received.all.await(60, TimeUnit.SECONDS));
                assertEquals(sent, received.texts);
            }
        }
    }

    @Test
    void secondConsumerOfASubscriptionIsRejected() throws Exception {
        try (StoreDriver driver = open()) {
            driver.createTopic("topic", 1).get();
            try (BenchmarkConsumer first =
                    driver.createConsumer("topic", "sub", new Received()).get()) {
                ExecutionException rejected = assertThrows(
                        ExecutionException.class,
                        () -> driver.createConsumer("topic", "sub", new Received())
                                .get());
                assertTrue(rejected.getCause().getMessage().contains("sub"));
            }
        }
    }

    private StoreDriver open() throws Exception {
        Path config = directory.resolve("driver.yaml");
        Files.writeString(
                config,
                "name: s3stream\nstorage: " + directory.resolve("objects").toUri() + "\nwal: block://"
                        + directory.resolve("wal") + "?capacity=64MiB\n");
        StoreDriver driver = new StoreDriver();
        driver.initialize(config.toFile(), NullStatsLogger.INSTANCE);
        return driver;
    }

    private static final class Received implements ConsumerCallback {

        private final Set<String> texts = new ConcurrentSkipListSet<>();
        private final CountDownLatch all = new CountDownLatch(MESSAGES);

        @Override
        public void messageReceived(byte[] payload, long publishTimestamp) {
            texts.add(new String(payload, StandardCharsets.UTF_8));
            all.countDown();
        }

        @Override
        public void messageReceived(ByteBuffer payload, long publishTimestamp) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            messageReceived(bytes, publishTimestamp);
        }
    }
}
