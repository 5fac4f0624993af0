package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.transactions.checker.Anomaly;
import io.s3stream.kafka.transactions.checker.Checker;
import io.s3stream.kafka.transactions.checker.Cycles;
import io.s3stream.kafka.transactions.checker.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The program: {@code TransactionRounds STORAGE WAL ROUNDS [SEED]}. Groups of rounds run at once and share a fault. Prints a
 * line for each group and a summary. Writes each history with a finding to a file. Exits with 1 after a finding.
 */
public final class TransactionRounds implements AutoCloseable {

    private static final int AT_ONCE = 4;
    private static final int PARTITIONS = 4;
    private static final int MAX_DELAY = 30;
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private final Servers servers;
    private final Path directory;
    private final Random random;
    private final Checker checker = new Checker();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<Fault, Integer> faults = new TreeMap<>();
    private final Map<Anomaly.Kind, Integer> anomalies = new TreeMap<>();
    private int rounds;
    private int findings;
    private int transactions;
    private int permitted;

    TransactionRounds(Servers servers, Path directory, long seed) {
        this.servers = servers;
        this.directory = directory;
        random = new Random(seed);
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[2]);
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : System.nanoTime();
        Path directory = Files.createTempDirectory("transaction-rounds");
        System.out.println("seed " + seed + "; logs of the brokers and histories with findings are in " + directory);
        boolean isClean;
        try (Servers servers =
                        new Servers(arguments[0], arguments[1], System.getProperty("java.class.path"), directory);
                TransactionRounds program = new TransactionRounds(servers, directory, seed)) {
            program.run(rounds);
            isClean = program.report();
        }
        System.exit(isClean ? 0 : 1);
    }

    /** Runs at least this number of rounds. */
    void run(int count) throws IOException, InterruptedException {
        while (rounds < count) {
            servers.awaitReady();
            group(Fault.any(random));
        }
    }

    /** Runs a group of rounds. */
    void group(Fault fault) throws IOException, InterruptedException {
        int broker = random.nextInt(Servers.COUNT);
        int delay = 1 + random.nextInt(MAX_DELAY);
        List<String> topics = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> "round-" + (rounds + i))
                .toList();
        servers.createTopics(topics, PARTITIONS);
        long start = System.nanoTime();
        Semaphore progress = new Semaphore(0);
        List<CompletableFuture<History>> running = new ArrayList<>();
        for (String topic : topics) {
            Settings settings = new Settings(
                    servers.bootstrap(), topic, PARTITIONS, System.nanoTime() + DEADLINE.toNanos(), threads);
            Round round = new Round(settings, random.nextLong(), progress);
            running.add(CompletableFuture.supplyAsync(round::run, threads));
        }
        progress.tryAcquire(delay, DEADLINE.toSeconds(), TimeUnit.SECONDS);
        fault.strike(servers, broker, progress);
        int before = findings;
        for (int i = 0; i < AT_ONCE; i++) {
            judge(topics.get(i), fault, running.get(i));
        }
        faults.merge(fault, AT_ONCE, Integer::sum);
        System.out.printf(
                "rounds %d–%d: %s of broker %d, %d ms, %d findings%n",
                rounds,
                rounds + AT_ONCE - 1,
                fault,
                broker,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                findings - before);
        rounds += AT_ONCE;
        servers.deleteTopics(topics);
    }

    private void judge(String topic, Fault fault, CompletableFuture<History> running) throws IOException {
        try {
            History history = running.join();
            List<Anomaly> found = checker.check(history);
            transactions += history.transactions().size();
            permitted += new Cycles().permitted(history);
            if (!found.isEmpty()) {
                findings++;
                found.forEach(anomaly -> anomalies.merge(anomaly.kind(), 1, Integer::sum));
                Path file = directory.resolve(topic + ".txt");
                Files.writeString(file, "fault " + fault + "\n" + lines(found) + history);
                System.out.println(topic + ": " + found.get(0) + "; see " + file);
            }
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof StuckException)) {
                throw e;
            }
            findings++;
            System.out.println(topic + ": " + e.getCause());
        }
    }

    private static String lines(List<Anomaly> found) {
        StringBuilder lines = new StringBuilder();
        found.forEach(anomaly -> lines.append(anomaly).append('\n'));
        return lines.toString();
    }

    /** The number of rounds with a finding. */
    int findings() {
        return findings;
    }

    /** The number of anomalies of each kind. */
    Map<Anomaly.Kind, Integer> anomalies() {
        return anomalies;
    }

    /** Prints the summary. Returns whether there was no finding. */
    private boolean report() {
        System.out.printf(
                "%d rounds (%s), %d transactions, %d permitted cycles, %d brokers taken over without a fault%n",
                rounds, faults, transactions, permitted, servers.fenced());
        System.out.println(findings == 0 ? "0 anomalies" : findings + " rounds with findings: " + anomalies);
        return findings == 0;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
