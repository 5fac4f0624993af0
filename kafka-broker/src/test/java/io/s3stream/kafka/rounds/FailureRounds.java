package io.s3stream.kafka.rounds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * partitions. Each round does something to one of them, waits until all partitions acknowledge again, and prints how
 * long a partition went without an acknowledgement. At the end all records are read and compared. Exits with 1 after a
 * finding.
 */
public final class FailureRounds {

    private static final int BROKERS = 3;
    private static final int PARTITIONS = 12;
    private static final int RECORD_BYTES = 1024;
    private static final int FIRST_PORT = 19_092;
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
        String bootstrap = IntStream.range(0, BROKERS)
                .mapToObj(id -> "localhost:" + (FIRST_PORT + id))
                .collect(Collectors.joining(","));
        try {
            for (int id = 0; id < BROKERS; id++) {
                start(id);
            }
            createTopic(bootstrap);
            Load load = new Load(bootstrap, TOPIC, PARTITIONS, RECORD_BYTES, rate);
            load.start();
            awaitProgress(load);
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
        String event = List.of("kill", "pause", "restart", "two killed").get(random.nextInt(4));
        load.takeGap();
        switch (event) {
            case "kill" -> {
                brokers[id].kill();
                awaitProgress(load);
                note(event, number, id, load);
                start(id);
            }
            case "pause" -> {
                brokers[id].pause();
                Thread.sleep(8000); // the pause itself: longer than it takes the others to suspect
                brokers[id].resume();
                awaitProgress(load);
                note(event, number, id, load);
                awaitEndOfFenced(id);
            }
            case "restart" -> {
                brokers[id].terminate();
                start(id);
                awaitProgress(load);
                note(event, number, id, load);
            }
            default -> {
                int other = (id + 1) % BROKERS;
                brokers[id].kill();
                brokers[other].kill();
                awaitProgress(load);
                note(event, number, id, load);
                start(id);
                start(other);
            }
        }
        awaitProgress(load);
        Thread.sleep(2000); // load between the events
    }

    /** A paused broker that was taken over ends by itself when it notices; then it is started again. */
    private void awaitEndOfFenced(int id) throws InterruptedException {
        for (int i = 0; i < 100 && brokers[id].isAlive(); i++) {
            Thread.sleep(100); // a condition of another process, which cannot be awaited otherwise
        }
        if (!brokers[id].isAlive()) {
            start(id);
        }
    }

    private void note(String event, int number, int id, Load load) {
        long gap = load.takeGap();
        gaps.computeIfAbsent(event, key -> new ArrayList<>()).add(gap);
        System.out.printf(
                "round %d: %s, broker %d: no acknowledgement of a partition for %d ms; %d acknowledged%n",
                number, event, id, gap, load.acknowledged());
    }

    /** Waits until each partition has acknowledged something new. */
    private static void awaitProgress(Load load) throws InterruptedException {
        long[] before = IntStream.range(0, PARTITIONS)
                .mapToLong(i -> load.acknowledged(i).size())
                .toArray();
        long deadline = System.nanoTime() + 120_000_000_000L;
        for (int i = 0; i < PARTITIONS; i++) {
            while (load.acknowledged(i).size() == before[i]) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("partition " + i + " acknowledges nothing for 120 s");
                }
                Thread.sleep(5); // a condition of other processes
            }
        }
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
