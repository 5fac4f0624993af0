package io.s3stream.kafka.rounds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * The brokers of one store, each in a process of its own. Owns the processes. Not thread-safe. Its waits end with an
 * exception after two minutes.
 */
final class BrokerProcesses implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MAX_BROKERS = 5;
    private static final int FENCED_SECONDS = 30;

    private final String storage;
    private final String wal;
    private final Path directory;
    private final int firstPort;
    private final String topic;
    private final Map<Integer, BrokerProcess> running = new TreeMap<>();

    /**
     * @param directory for the output of the brokers
     * @param firstPort broker N listens at this port + N
     * @param topic whose leaders are looked at
     */
    BrokerProcesses(String storage, String wal, Path directory, int firstPort, String topic) {
        this.storage = storage;
        this.wal = wal;
        this.directory = directory;
        this.firstPort = firstPort;
        this.topic = topic;
    }

    /** The addresses of all brokers that may run. */
    String bootstrap() {
        return IntStream.range(0, MAX_BROKERS)
                .mapToObj(id -> "localhost:" + (firstPort + id))
                .collect(Collectors.joining(","));
    }

    /** The ids of the brokers that were started and have not ended. */
    List<Integer> running() {
        return List.copyOf(running.keySet());
    }

    /** The lowest id that no running broker has. */
    int unusedId() {
        return IntStream.range(0, MAX_BROKERS)
                .filter(id -> !running.containsKey(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("all " + MAX_BROKERS + " brokers run"));
    }

    /** Starts a broker; does not wait until it serves. */
    void start(int id) {
        String gated = GatedStorageProvider.uri(storage, gate(id));
        running.put(id, BrokerProcess.start(id, firstPort + id, gated, wal, directory));
    }

    /** Starts a broker, and waits until it leads a partition. */
    void join(int id) {
        start(id);
        awaitLeader(id);
    }

    void kill(int id) {
        remove(id).kill();
    }

    void pause(int id) {
        broker(id).pause();
    }

    /** Ends a pause in which the broker was taken over: it notices, and ends by itself. */
    void resume(int id) {
        broker(id).resume();
        awaitFenced(id, "paused");
    }

    /** Asks a broker to end, and waits until it has given its partitions to others and ended. */
    void terminate(int id) {
        remove(id).terminate();
    }

    /** Cuts a broker off from the object storage. Clients and other brokers still reach it. */
    void cut(int id) {
        try {
            Files.createFile(gate(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects a broker again that was taken over while it was cut off: it notices, and ends by itself. */
    void reconnect(int id) {
        try {
            Files.delete(gate(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitFenced(id, "cut off");
    }

    private void awaitFenced(int id, String state) {
        if (!broker(id).hasEndedWithin(FENCED_SECONDS)) {
            throw new IllegalStateException(
                    "broker " + id + " was taken over while it was " + state + ", and has not ended");
        }
        running.remove(id);
    }

    private Path gate(int id) {
        return directory.resolve("broker-" + id + ".cut");
    }

    private BrokerProcess broker(int id) {
        BrokerProcess broker = running.get(id);
        if (broker == null) {
            throw new IllegalStateException("broker " + id + " does not run");
        }
        return broker;
    }

    private BrokerProcess remove(int id) {
        BrokerProcess broker = broker(id);
        running.remove(id);
        return broker;
    }

    void createTopic(int partitions) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("the topic cannot be created", e);
        }
    }

    /** Waits until the broker leads a partition: before, its end would be no event. */
    void awaitLeader(int id) {
        await(
                "broker " + id + " leads no partition",
                partitions -> partitions.stream()
                        .anyMatch(partition ->
                                partition.leader() != null && partition.leader().id() == id));
    }

    /** Waits until the others lead all partitions of the broker. A broker may acknowledge without object storage until then. */
    void awaitTakenOver(int id) {
        await(
                "broker " + id + " was not taken over",
                partitions -> partitions.stream()
                        .allMatch(partition ->
                                partition.leader() != null && partition.leader().id() != id));
    }

    private void await(String failure, Predicate<List<TopicPartitionInfo>> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            while (!condition.test(admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions())) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(failure + " within " + PATIENCE);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("the topic cannot be described", e);
        }
    }

    @Override
    public void close() {
        running.values().forEach(BrokerProcess::close);
    }
}
