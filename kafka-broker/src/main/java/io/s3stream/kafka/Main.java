package io.s3stream.kafka;

import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/s3stream-kafka}: one broker. */
@Command(
        name = "s3stream-kafka",
        mixinStandardHelpOptions = true,
        version = "0.1.0-SNAPSHOT",
        sortOptions = false,
        description = "A broker for clients of the Kafka protocol. All its data are in the object storage.")
public final class Main implements Callable<Integer> {

    @Option(
            names = "--storage",
            paramLabel = "URI",
            defaultValue = "file:./s3stream-kafka/objects",
            description = "Object storage: s3://bucket/prefix?region=… or a directory. Default: ${DEFAULT-VALUE}")
    private URI storage = URI.create("memory:");

    @Option(
            names = "--wal",
            paramLabel = "URI",
            defaultValue = "block:./s3stream-kafka/wal?capacity=1GiB",
            description =
                    "Write-ahead log: block:…, nfs:… or store:… Several brokers on one store need store:, nfs: or "
                            + "a shared device. Default: ${DEFAULT-VALUE}")
    private URI wal = URI.create("store:");

    @Option(
            names = "--id",
            paramLabel = "N",
            defaultValue = "0",
            description = "Id of this broker, unique on its store. Default: ${DEFAULT-VALUE}")
    private int id;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            description = "Address to listen on, which is also what clients are told. Default: ${DEFAULT-VALUE}")
    private String listen = "localhost:9092";

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "1",
            description = "Partitions of a topic whose creator does not say. Default: ${DEFAULT-VALUE}")
    private int partitions;

    @Option(
            names = "--no-auto-create",
            description = "Do not create a topic when a client names one that does not exist.")
    private boolean createsNoTopics;

    @Option(
            names = "--offsets-partitions",
            paramLabel = "N",
            defaultValue = "8",
            description = "Partitions of __consumer_offsets, when the topic is created. Default: ${DEFAULT-VALUE}")
    private int offsetsPartitions;

    @Option(
            names = "--group-setting",
            paramLabel = "NAME=VALUE",
            description = "Setting of Kafka's group coordinator by its name in Kafka, such as "
                    + "group.initial.rebalance.delay.ms=0. May be repeated.")
    private Map<String, String> groupSettings = Map.of();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int colon = listen.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("--listen=" + listen + ": must be HOST:PORT");
        }
        BrokerConfig config = new BrokerConfig(
                id,
                storage,
                wal,
                listen.substring(0, colon),
                Integer.parseInt(listen.substring(colon + 1)),
                partitions,
                !createsNoTopics,
                new GroupSettings(offsetsPartitions, GroupSettings.defaults().minCleanedBytes(), groupSettings));
        CountDownLatch ended = new CountDownLatch(1);
        try (Broker broker = Broker.start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                broker.close();
                ended.countDown();
            }));
            System.out.println("broker " + id + " is ready at " + config.host() + ":" + broker.port());
            ended.await();
        }
        return 0;
    }
}
