package io.s3stream.kafka.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares this broker with Kafka's: throughput, latency, cold catch-up, CPU time and memory. Runs each workload on all
 * contenders before the next one begins, and prints a table at the end.
 */
@Command(
        name = "kafka-bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Compares this broker with Kafka's. Prints medians, ranges, and the ratios to Kafka.")
public final class Comparison implements Callable<Integer> {

    private static final int PARTITIONS = 4;
    private static final int LARGE = 1024;
    private static final int SMALL = 100;
    private static final long PACE = 10_000_000;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Contenders: block,store,store-2ms,kafka,kafka-flush. Default: all but store-2ms")
    private Set<String> contenders = Set.of("block", "store", "kafka", "kafka-flush");

    @Option(
            names = "--workloads",
            split = ",",
            paramLabel = "NAME",
            description = "Workloads. Default: large,small,paced,catch-up")
    private Set<String> workloads = Set.of("large", "small", "paced", "catch-up");

    @Option(names = "--rounds", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--mib", defaultValue = "256", description = "MiB of a throughput run. Default: ${DEFAULT-VALUE}")
    private int mebibytes;

    @Option(names = "--warm-up-mib", defaultValue = "512", description = "Default: ${DEFAULT-VALUE}")
    private int warmUpMebibytes;

    @Option(names = "--catch-up-mib", defaultValue = "1024", description = "MiB to read. Default: ${DEFAULT-VALUE}")
    private int catchUpMebibytes;

    @Option(names = "--seconds", defaultValue = "10", description = "Of a paced run. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--store-wal",
            defaultValue = "store:/?linger=2ms..100ms",
            description = "The WAL of the contender store. Default: ${DEFAULT-VALUE}")
    private String storeWal = "store:/?linger=2ms..100ms";

    @Option(names = "--heap", defaultValue = "1g", description = "Heap of each broker. Default: ${DEFAULT-VALUE}")
    private String heap = "1g";

    @Option(
            names = "--jvm",
            defaultValue = "",
            description = "More options for the JVMs of this checkout, such as those of a profiler.")
    private String jvmOptions = "";

    @Option(
            names = "--port",
            defaultValue = "23000",
            description = "The first of five ports. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(names = "--home", required = true, description = "The checkout.")
    private Path home = Path.of("");

    @Option(names = "--scratch", required = true, description = "A directory for data and logs.")
    private Path scratch = Path.of("");

    private final Results results = new Results();
    private int topics;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Comparison()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Servers servers = new Servers(home, scratch, heap, jvmOptions, port);
        try (servers) {
            List<Contender> all = servers.start(contenders, storeWal);
            all.forEach(this::warmUp);
            for (int round = 1; round <= rounds; round++) {
                if (workloads.contains("large")) {
                    all.forEach(contender -> throughput(contender, LARGE));
                }
                if (workloads.contains("small")) {
                    all.forEach(contender -> throughput(contender, SMALL));
                }
                if (workloads.contains("paced")) {
                    all.forEach(this::latency);
                }
                if (workloads.contains("catch-up")) {
                    for (Contender contender : all) {
                        catchUp(contender);
                    }
                }
            }
            all.forEach(contender -> results.add(
                    "peak of resident memory, MiB",
                    contender,
                    contender.server().peakMiB()));
        }
        System.out.println(results.table("kafka"));
        return 0;
    }

    /** Until the compiler of the JVM has hardly anything to do, which would count as the time of the broker. */
    private void warmUp(Contender contender) {
        for (int recordBytes : List.of(LARGE, SMALL)) {
            String topic = create(contender);
            new ProducerLoad(contender, topic).fill(recordBytes, (long) warmUpMebibytes << 20);
            delete(contender, topic);
        }
        contender.server().awaitQuiet();
    }

    private void throughput(Contender contender, int recordBytes) {
        String topic = create(contender);
        double before = contender.server().cpuSeconds();
        double rate = new ProducerLoad(contender, topic).fill(recordBytes, (long) mebibytes << 20);
        contender.server().awaitQuiet();
        double cpu = contender.server().cpuSeconds() - before;
        results.add("produce, " + recordBytes + " B, MiB/s", contender, rate);
        results.add("produce, " + recordBytes + " B, broker CPU ms per MiB", contender, cpu * 1000 / mebibytes);
        delete(contender, topic);
    }

    private void latency(Contender contender) {
        String topic = create(contender);
        Histogram latencies = new ProducerLoad(contender, topic).paced(LARGE, PACE, seconds);
        results.add("10 MB/s, p50 ms", contender, latencies.getValueAtPercentile(50) / 1000.0);
        results.add("10 MB/s, p99 ms", contender, latencies.getValueAtPercentile(99) / 1000.0);
        delete(contender, topic);
    }

    private void catchUp(Contender contender) throws IOException {
        String topic = create(contender);
        long bytes = (long) catchUpMebibytes << 20;
        new ProducerLoad(contender, topic).fill(LARGE, bytes);
        contender.server().restart();
        contender.server().awaitQuiet();
        double before = contender.server().cpuSeconds();
        double rate = new CatchUp(contender, topic).read(PARTITIONS, bytes);
        double cpu = contender.server().cpuSeconds() - before;
        results.add("cold catch-up, MiB/s", contender, rate);
        results.add("cold catch-up, broker CPU ms per MiB", contender, cpu * 1000 / catchUpMebibytes);
        delete(contender, topic);
    }

    private String create(Contender contender) {
        String topic = "bench-" + contender.name() + "-" + topics++;
        try (Admin admin = admin(contender)) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1).configs(contender.topicConfig())))
                    .all()
                    .get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("a topic cannot be created", e);
        }
        new ProducerLoad(contender, topic).awaitLeaders(PARTITIONS);
        return topic;
    }

    private static void delete(Contender contender, String topic) {
        try (Admin admin = admin(contender)) {
            admin.deleteTopics(List.of(topic)).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("a topic cannot be deleted", e);
        }
        contender.server().awaitQuiet();
    }

    private static Admin admin(Contender contender) {
        return Admin.create(Map.of("bootstrap.servers", contender.server().bootstrap()));
    }
}
