package io.s3stream.kafka.rounds.transactions;

import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** A client that reads all partitions from their beginning. Confined to one thread. */
final class Reader implements Runnable {

    private static final Duration POLL = Duration.ofMillis(50);

    private final Settings settings;
    private final IsolationLevel isolation;
    private final Predicate<ReadingLog> isEnd;
    private final ReadingLog readings;

    /**
     * @param isEnd asked after each poll
     */
    Reader(Settings settings, Recorder recorder, String name, IsolationLevel isolation, Predicate<ReadingLog> isEnd) {
        this.settings = settings;
        this.isolation = isolation;
        this.isEnd = isEnd;
        readings = new ReadingLog(recorder, name, isolation);
    }

    @Override
    public void run() {
        try (Consumer<String, String> consumer = settings.reader(isolation, Map.of())) {
            consumer.assign(settings.all());
            for (TopicPartition partition : settings.all()) {
                consumer.seek(partition, 0);
                readings.begin(partition, 0);
            }
            while (!isEnd.test(readings) && !settings.isOver()) {
                try {
                    readings.polled(consumer, consumer.poll(POLL));
                } catch (KafkaException e) {
                    // A reading that never continues is unseen, which the checker reports.
                }
            }
        } finally {
            readings.end();
        }
    }
}
