package io.s3stream.kafka.rounds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program. Three brokers lead a topic of 12 partitions. Each round disturbs them, waits until all partitions
 * acknowledge a second's load again, and prints how long a partition went without an acknowledgement. A group of consumers
 * reads all the time. At the end all records are read again and compared with the acknowledgements. Exits with 1 after a finding.
 */
@Command(name = "kafka-rounds", mixinStandardHelpOptions = true, sortOptions = false)
public final class FailureRounds implements Callable<Integer> {

    private static final int BROKERS = 3;
    private static final int PARTITIONS = 12;
    private static final int RECORD_BYTES = 1024;
    private static final String TOPIC = "rounds";

    /** By the name in {@code --events}. */
    private static final Map<String, Disturbance> DISTURBANCES = Map.of(
            "kill", new Kill(1),
            "kill2", new Kill(2),
            "pause", new Pause(),
            "cut", new Cut(),
            "restart", new Restart(),
            "roll", new Roll(),
            "scale", new Scale());

    @Option(names = "--storage", required = true, description = "URI of the object storage, file: or s3:.")
    private String storage = "";

    @Option(names = "--wal", required = true, description = "URI of the WAL of each broker.")
    private String wal = "";

    @Option(names = "--rounds", description = "Number of rounds. Default: 8")
    private int rounds = 8;

    @Option(names = "--minutes", description = "Runs rounds for this time instead.")
    private int minutes;

    @Option(names = "--each", description = "Runs each of the events once, in their order, instead.")
    private boolean isEachOnce;

    @Option(names = "--rate", description = "Records of 1 KiB per second. Default: 1000")
    private int rate = 1000;

    @Option(
            names = "--events",
            split = ",",
            description = "Events to choose from. Default: kill,kill2,pause,cut,restart,roll,scale")
    private List<String> events = List.of("kill", "kill2", "pause", "cut", "restart", "roll", "scale");

    @Option(names = "--seed", description = "Of the choices. Default: a random one, which is printed.")
    private @Nullable Long seed;

    @Option(names = "--port", description = "Port of the first broker; the next ones follow. Default: 19092")
    private int port = 19_092;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FailureRounds()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long chosen = seed == null ? System.nanoTime() : seed;
        List<Disturbance> choices = disturbances();
        Path directory = Files.createTempDirectory("failure-rounds");
        System.out.println("seed " + chosen + "; logs of the brokers are in " + directory);
        List<PartitionHistory> histories =
                Stream.generate(PartitionHistory::new).limit(PARTITIONS).toList();
        try (BrokerProcesses brokers = new BrokerProcesses(storage, wal, directory, port, TOPIC)) {
            for (int id = 0; id < BROKERS; id++) {
                brokers.start(id);
            }
            brokers.createTopic(PARTITIONS);
            for (int id = 0; id < BROKERS; id++) {
                brokers.awaitLeader(id);
            }
            Gaps gaps = new Gaps();
            Load load = new Load(brokers.bootstrap(), TOPIC, histories, RECORD_BYTES, rate);
            load.start();
            try (GroupReaders readers = new GroupReaders(brokers.bootstrap(), TOPIC, histories)) {
                load.awaitSecondOfLoad();
                run(new Stage(brokers, load, gaps, new Random(chosen)), choices);
                load.close();
                return report(gaps, load, histories, readers, brokers.bootstrap()) ? 0 : 1;
            }
        }
    }

    private List<Disturbance> disturbances() {
        List<Disturbance> choices = new ArrayList<>();
        for (String event : events) {
            Disturbance choice = DISTURBANCES.get(event);
            if (choice == null) {
                throw new IllegalArgumentException("--events=" + event + ": must be among "
                        + Arrays.toString(
                                DISTURBANCES.keySet().stream().sorted().toArray()));
            }
            choices.add(choice);
        }
        return choices;
    }

    private void run(Stage stage, List<Disturbance> choices) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        int count = isEachOnce ? choices.size() : rounds;
        for (int round = 1; minutes > 0 ? System.nanoTime() < end : round <= count; round++) {
            int choice = isEachOnce ? round - 1 : stage.random().nextInt(choices.size());
            Disturbance next = choices.get(choice);
            System.out.printf(
                    "round %d: %s; %d acknowledged%n", round, next, stage.load().acknowledged());
            next.run(stage);
        }
    }

    private static boolean report(
            Gaps gaps, Load load, List<PartitionHistory> histories, GroupReaders readers, String bootstrap) {
        long read;
        try (Check check = new Check(bootstrap, TOPIC, PARTITIONS)) {
            readers.awaitDelivered(check.ends());
            readers.close();
            read = check.read(histories);
        }
        gaps.summary().forEach(System.out::println);
        System.out.printf("%d acknowledged, %d read, failed: %s%n", load.acknowledged(), read, load.failures());
        List<String> findings = Check.findings(histories);
        findings.stream().limit(20).forEach(System.out::println);
        System.out.println(findings.isEmpty() ? "clean" : findings.size() + " findings");
        return findings.isEmpty();
    }
}
