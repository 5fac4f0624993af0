package io.s3stream.kafka;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.StoreState;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.text.StoreUri;
import io.s3stream.kafka.metrics.HttpEndpoint;
import io.s3stream.kafka.metrics.PrometheusRecorder;
import io.s3stream.kafka.net.NetworkConfig;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.kafka.transactions.TransactionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/s3stream-kafka}: one broker. */
@Command(
        name = "s3stream-kafka",
        mixinStandardHelpOptions = true,
        version = "0.1.0-SNAPSHOT",
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"1:could not start", "2:wrong options", "3:the store has stopped", "143:stopped by a signal"},
        description = "A broker for clients of the Kafka protocol. All its data are in the object storage.")
public final class Main implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final int STORE_STOPPED = 3;

    private static final int DRAIN_SECONDS = 30;

    @Option(
            names = "--storage",
            paramLabel = "URI",
            description = "Object storage: s3://bucket/prefix?region=… or file:///directory. Default: the directory "
                    + "./s3stream-kafka/objects")
    private @Nullable String storage;

    @Option(
            names = "--wal",
            paramLabel = "URI",
            description =
                    "Write-ahead log: block:///file?capacity=…, nfs:///directory or store: Several brokers on one "
                            + "store need store:, nfs: or a shared device. Default: the file ./s3stream-kafka/wal of 1 GiB")
    private @Nullable String wal;

    @Option(
            names = "--register",
            paramLabel = "URI",
            description = "Register of the metadata's head, such as postgresql://host/database?store=NAME. Default: an "
                    + "object of the storage.")
    private @Nullable String register;

    @Option(
            names = "--config",
            paramLabel = "KEY=VALUE",
            description = "An option of the store, such as writeCacheBytes=512MiB; may be given several times.")
    private Map<String, String> storeOptions = new HashMap<>();

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
            description = "Address to listen on. Default: ${DEFAULT-VALUE}")
    private String listen = "localhost:9092";

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = "Address that clients are told. Default: the address to listen on.")
    private @Nullable String advertise;

    @Option(
            names = "--rack",
            paramLabel = "NAME",
            description = "Place of this broker, such as its availability zone, for clients and assignors that look at "
                    + "racks. Default: none.")
    private @Nullable String rack;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            description = "Address that answers /metrics, for Prometheus, and /ready. Default: none.")
    private @Nullable String http;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "1",
            description = "Partitions of a topic whose creator does not say. Default: ${DEFAULT-VALUE}")
    private int partitions;

    @Option(names = "--no-auto-create", description = "Do not create a missing topic when a client names it.")
    private boolean createsNoTopics;

    @Option(
            names = "--retention-interval",
            paramLabel = "DURATION",
            defaultValue = "5m",
            converter = UnitConverters.Time.class,
            description = "Time between two looks for records that are too old. Default: ${DEFAULT-VALUE}")
    private Duration retentionInterval = Duration.ofMinutes(5);

    @Option(
            names = "--rehearsal",
            paramLabel = "DURATION",
            defaultValue = "1s",
            converter = UnitConverters.Time.class,
            description =
                    "Time for which the broker serves clients of its own before it joins, so that code is loaded and "
                            + "compiled when partitions move here. 0s for none. Default: ${DEFAULT-VALUE}")
    private Duration rehearsal = Duration.ofSeconds(1);

    @Option(
            names = "--rehearsal-only",
            description = "End after the rehearsal: for the -XX:ArchiveClassesAtExit of a JVM.")
    private boolean isRehearsalOnly;

    @Option(names = "--stacktrace", description = "Print the stack trace of an error.")
    private boolean isTraced;

    @Mixin
    private final GroupFlags groups = new GroupFlags();

    @Mixin
    private final TopicFlags topics = new TopicFlags();

    @Mixin
    private final CleanerFlags cleaner = new CleanerFlags();

    @Mixin
    private final NetworkFlags network = new NetworkFlags();

    @Mixin
    private final AccessFlags access = new AccessFlags();

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /** Runs a broker until it ends; returns the exit code of the process. */
    static int execute(String... arguments) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        line.setParameterExceptionHandler((error, given) -> {
            System.err.println("s3stream-kafka: " + error.getMessage() + " (see s3stream-kafka --help)");
            return MISUSED;
        });
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            if (main.isTraced) {
                error.printStackTrace(System.err);
            }
            boolean isExplained = error instanceof StreamException
                    || error instanceof IllegalArgumentException
                    || error instanceof IOException;
            System.err.println("s3stream-kafka: " + (isExplained ? error.getMessage() : error.toString()));
            return error instanceof IllegalArgumentException ? MISUSED : FAILED;
        });
        return line.execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        HostAndPort address = HostAndPort.of("--listen", listen);
        if (partitions < 1) {
            throw new IllegalArgumentException("--partitions=" + partitions + ": must be at least 1");
        }
        if (id < 0) {
            throw new IllegalArgumentException("--id=" + id + ": must be 0 or greater");
        }
        if (retentionInterval.isZero()) {
            throw new IllegalArgumentException("--retention-interval=0: must be longer than zero, such as 5m");
        }
        if (advertise == null && Set.of("0.0.0.0", "::").contains(address.host())) {
            throw new IllegalArgumentException("--listen=" + listen
                    + ": clients cannot connect to this address; name the address for clients with --advertise");
        }
        if (rack != null && rack.isBlank()) {
            throw new IllegalArgumentException("--rack=" + rack + ": must have a name, such as eu-central-1a; omit the "
                    + "option for a broker without a rack");
        }
        BrokerConfig config = new BrokerConfig(
                id,
                StoreUri.storage(
                        "--storage", storage == null ? local("objects").toUri().toString() : storage),
                StoreUri.wal("--wal", wal == null ? "block://" + local("wal") + "?capacity=1GiB" : wal),
                address.host(),
                address.port(),
                partitions,
                !createsNoTopics,
                groups.settings(),
                TransactionSettings.DEFAULTS);
        if (!rehearsal.isZero()) {
            boolean isGood = Rehearsal.run(Path.of(System.getProperty("java.io.tmpdir")), rehearsal);
            if (isRehearsalOnly) {
                return isGood ? 0 : FAILED;
            }
        }
        PrometheusRecorder metrics = new PrometheusRecorder();
        StoreWatch watch = new StoreWatch();
        Readiness readiness = new Readiness(System::nanoTime);
        try (network;
                HttpEndpoint endpoint = endpoint(metrics, watch, readiness);
                Broker broker = Broker.start(config, options(metrics, watch))) {
            readiness.serving(broker::missingPartitions);
            System.out.println("broker " + id + " is ready at " + config.host() + ":" + broker.port());
            LOG.info(
                    "event=ready broker={} port={} http={}",
                    id,
                    broker.port(),
                    endpoint == null ? "none" : endpoint.port());
            return serve(broker, watch, readiness);
        }
    }

    private static Path local(String name) throws IOException {
        Path directory = Path.of("s3stream-kafka").toAbsolutePath();
        return Files.createDirectories(directory).resolve(name);
    }

    private BrokerOptions options(PrometheusRecorder metrics, StoreWatch watch) throws IOException {
        HostAndPort advertised = advertise == null ? new HostAndPort("", 0) : HostAndPort.of("--advertise", advertise);
        NetworkConfig connections = network.config();
        return new BrokerOptions(
                connections,
                advertised.host(),
                advertised.port(),
                Optional.ofNullable(rack),
                retentionInterval,
                LogSettings.DEFAULTS,
                cleaner.settings(),
                StoreConfig.fromMap(withHeartbeats(storeOptions)),
                register,
                new BrokerOptions.Monitoring(metrics, watch),
                access.config(connections, network),
                topics.defaults());
    }

    /** Other brokers notice by heartbeats that this one is paused or cut off. */
    private static Map<String, String> withHeartbeats(Map<String, String> given) {
        Map<String, String> all = new HashMap<>(given);
        all.putIfAbsent("heartbeatInterval", BrokerOptions.HEARTBEAT.toMillis() + "ms");
        all.putIfAbsent("suspectAfter", BrokerOptions.SUSPECT_AFTER.toMillis() + "ms");
        return all;
    }

    private @Nullable HttpEndpoint endpoint(PrometheusRecorder metrics, StoreWatch watch, Readiness readiness)
            throws IOException {
        if (http == null) {
            return null;
        }
        HostAndPort address = HostAndPort.of("--http", http);
        return new HttpEndpoint(address.host(), address.port(), metrics, () -> {
            boolean works = watch.state().level().compareTo(StoreState.Level.UNREACHABLE) <= 0;
            return works ? readiness.reason() : "the store is " + watch.state().level();
        });
    }

    /** Waits for a signal or for the end of the store; returns the exit code. */
    private static int serve(Broker broker, StoreWatch watch, Readiness readiness) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean isSignalled = new AtomicBoolean();
        Thread hook = new Thread(
                () -> {
                    if (end.getCount() == 0) {
                        return; // the store has stopped, and the process is ending already
                    }
                    isSignalled.set(true);
                    readiness.stopping("the broker is stopping");
                    LOG.info("event=stopping reason=signal");
                    stop(broker);
                    end.countDown();
                },
                "kafka-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        watch.stopped().whenComplete((state, error) -> end.countDown());
        end.await();
        if (isSignalled.get()) {
            return 0;
        }
        readiness.stopping("the store has stopped");
        LOG.error(
                "event=stopping reason=the-store-has-stopped level={}",
                watch.state().level());
        return STORE_STOPPED;
    }

    /** Gives the partitions to other brokers first, so that clients hardly notice. */
    private static void stop(Broker broker) {
        try {
            broker.drain().get(DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            LOG.warn("event=drain-failed; the rest moves when the store is closed", e);
        }
        broker.close();
    }
}
