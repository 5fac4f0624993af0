package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.rounds.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Three brokers on one store, each in a process of its own. Owns the processes. Confined to one thread. */
final class Servers implements AutoCloseable {

    static final int COUNT = 3;

    /** After this time a member of a group that died loses its partitions. */
    static final int SESSION_MILLIS = 3000;

    /** A broker that is paused does not answer. */
    private static final int LOOK_TIMEOUT_MILLIS = 3000;

    private static final int FIRST_PORT = 25_092;
    private static final int STORE_STOPPED = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final Map<String, Object> GROUPS = Map.of(
            "group.initial.rebalance.delay.ms", 0,
            "group.min.session.timeout.ms", 1000,
            "group.consumer.min.session.timeout.ms", 1000,
            "group.consumer.session.timeout.ms", SESSION_MILLIS,
            "group.consumer.min.heartbeat.interval.ms", 100,
            "group.consumer.heartbeat.interval.ms", 100);

    private final String storage;
    private final String wal;
    private final String classPath;
    private final Path logs;
    private final BrokerProcess[] brokers = new BrokerProcess[COUNT];
    private final Admin admin;
    private int fenced;

    /** Starts the brokers. */
    Servers(String storage, String wal, String classPath, Path logs) {
        this.storage = storage;
        this.wal = wal;
        this.classPath = classPath;
        this.logs = logs;
        for (int id = 0; id < COUNT; id++) {
            start(id);
        }
        admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrap(),
                "request.timeout.ms", 2000,
                "default.api.timeout.ms", 60_000,
                "reconnect.backoff.max.ms", 100,
                "retry.backoff.max.ms", 100));
    }

    void start(int id) {
        List<String> options = new ArrayList<>(
                List.of("--listen=localhost:" + (FIRST_PORT + id), "--storage=" + storage, "--wal=" + wal));
        options.add("--rehearsal=0s"); // more histories in the same time
        GROUPS.forEach((name, value) -> options.add("--group-setting=" + name + "=" + value));
        brokers[id] = BrokerProcess.start(id, classPath, options, logs);
    }

    BrokerProcess broker(int id) {
        return brokers[id];
    }

    String bootstrap() {
        return IntStream.range(0, COUNT)
                .mapToObj(id -> "localhost:" + (FIRST_PORT + id))
                .collect(Collectors.joining(","));
    }

    /**
     * Waits until all brokers are in the cluster. Starts those again whose store was taken over by others, which can
     * happen on a busy machine.
     */
    void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (nodes() < COUNT) {
            for (int id = 0; id < COUNT; id++) {
                OptionalInt exit = brokers[id].exitCode();
                if (exit.isPresent() && exit.getAsInt() != STORE_STOPPED) {
                    throw new IllegalStateException("broker " + id + " ended with " + exit.getAsInt());
                }
                if (exit.isPresent()) {
                    fenced++;
                    start(id);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the brokers are not ready within " + PATIENCE);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** The number of brokers that are in the cluster, or -1 if no broker has answered: then the caller asks again. */
    int nodes() throws InterruptedException {
        try {
            return admin.describeCluster(new DescribeClusterOptions().timeoutMs(LOOK_TIMEOUT_MILLIS))
                    .nodes()
                    .get()
                    .size();
        } catch (ExecutionException e) {
            return -1;
        }
    }

    void createTopics(List<String> topics, int partitions) throws InterruptedException {
        try {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, partitions, (short) 1))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics cannot be created", e);
        }
    }

    void deleteTopics(List<String> topics) throws InterruptedException {
        try {
            admin.deleteTopics(topics).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return; // the answer was lost, and the client has sent the request again
            }
            throw new IllegalStateException("the topics cannot be deleted", e);
        }
    }

    /** The number of brokers that were taken over without a fault of ours. */
    int fenced() {
        return fenced;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
        for (BrokerProcess broker : brokers) {
            broker.close();
        }
    }
}
