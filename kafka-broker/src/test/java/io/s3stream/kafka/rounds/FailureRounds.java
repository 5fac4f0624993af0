package io.s3stream.kafka.rounds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The program: {@code FailureRounds STORAGE WAL ROUNDS [RECORDS_PER_SECOND [SEED]]}. Three brokers lead a topic of 12
 * partitions. Each round does something to one of them, waits until all partitions acknowledge a second's load again, and prints how
 * long a partition went without an acknowledgement. At the end all records are read and compared. Exits with 1 after a
 * finding.
 */
public final class FailureRounds {

    private static final int BROKERS = 3;
    private static final int PARTITIONS = 12;
    private static final int RECORD_BYTES = 1024;
    private static final int FIRST_PORT = 19_092;
    private static final int FENCED_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TOPIC = "rounds";

    private final String storage;
    private final String wal;
    private final Path logs;
    private final Random random;
    private final BrokerProcess[] brokers = new BrokerProcess[BROKERS];
    private final Map<String, List<Long>> gaps = new TreeMap<>();

    private FailureRounds(String storage, String wal, Path logs, long seed) {
        this.storage = storage;
        this.wal = wal;
        this.logs = logs;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[2]);
        int rate = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1000;
        long seed = arguments.length > 4 ? Long.parseLong(arguments[4]) : System.nanoTime();
        Path logs = Files.createTempDirectory("failure-rounds");
        System.out.println("seed " + seed + "; logs of the brokers are in " + logs);
        System.exit(new FailureRounds(arguments[0], arguments[1], logs, seed).run(rounds, rate) ? 0 : 1);
    }

    private boolean run(int rounds, int rate) throws IOException, InterruptedException {
        String bootstrap = bootstrap();
        try {
            for (int id = 0; id < BROKERS; id++) {
                start(id);
            }
            createTopic(bootstrap);
            Load load = new Load(bootstrap, TOPIC, PARTITIONS, RECORD_BYTES, rate);
            load.start();
            for (int id = 0; id < BROKERS; id++) {
                awaitLeader(id);
            }
            load.awaitSecondOfLoad();
            for (int round = 1; round <= rounds; round++) {
                round(round, load);
            }
            load.close();
            return report(load, Check.run(bootstrap, TOPIC, PARTITIONS, load));
        } finally {
            for (BrokerProcess broker : brokers) {
                if (broker != null) {
                    broker.close();
                }
            }
        }
    }

    private void start(int id) {
        brokers[id] = BrokerProcess.start(id, FIRST_PORT + id, storage, wal, logs);
    }

    private static void createTopic(String bootstrap) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topic cannot be created", e);
        }
    }

    private void round(int number, Load load) throws InterruptedException {
        int id = random.nextInt(BROKERS);
        int other = (id + 1) % BROKERS;
        String event = List.of("kill", "pause", "restart", "two killed").get(random.nextInt(4));
        load.takeGap();
        switch (event) {
            case "kill" -> brokers[id].kill();
            case "pause" -> brokers[id].pause();
            case "restart" -> brokers[id].terminate();
            default -> {
                brokers[id].kill();
                brokers[other].kill();
            }
        }
        load.awaitSecondOfLoad(); // of the other brokers
        note(event, number, id, load);
        if (event.equals("pause")) {
            brokers[id].resume();
            if (!brokers[id].hasEndedWithin(FENCED_SECONDS)) {
                throw new IllegalStateException("broker " + id + " was taken over in a pause, and has not ended");
            }
        }
        start(id);
        awaitLeader(id);
        if (event.equals("two killed")) {
            start(other);
            awaitLeader(other);
        }
        load.awaitSecondOfLoad();
    }

    /** Asks until the broker leads a partition: before, its end would be no event. */
    private void awaitLeader(int id) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            while (admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC).partitions().stream()
                    .noneMatch(partition ->
                            partition.leader() != null && partition.leader().id() == id)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("broker " + id + " leads no partition within " + PATIENCE);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topic cannot be described", e);
        }
    }

    private static String bootstrap() {
        return IntStream.range(0, BROKERS)
                .mapToObj(id -> "localhost:" + (FIRST_PORT + id))
                .collect(Collectors.joining(","));
    }

    private void note(String event, int number, int id, Load load) {
        long gap = load.takeGap();
        gaps.computeIfAbsent(event, key -> new ArrayList<>()).add(gap);
        System.out.printf(
                "round %d: %s, broker %d: no acknowledgement of a partition for %d ms; %d acknowledged%n",
                number, event, id, gap, load.acknowledged());
    }

    private boolean report(Load load, Check check) {
        gaps.forEach((event, list) -> {
            Collections.sort(list);
            System.out.printf(
                    "%s: %d times, gap p50 %d ms, maximum %d ms%n",
                    event, list.size(), list.get(list.size() / 2), list.get(list.size() - 1));
        });
        System.out.printf(
                "%d acknowledged, %d read, failed: %s%n", load.acknowledged(), check.records(), load.failures());
        check.findings().stream().limit(20).forEach(System.out::println);
        System.out.println(
                check.findings().isEmpty() ? "clean" : check.findings().size() + " findings");
        return check.findings().isEmpty();
    }
}
