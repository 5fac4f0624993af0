package io.s3stream.kafka.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.Uuid;

/**
 * Starts the brokers of a comparison, each with its own data below one directory. Owns them. Closing stops them, and so
 * does the end of the program by a signal.
 */
final class Servers implements AutoCloseable {

    private static final String FLUSHING = "kafka-flush";

    private final Path home;
    private final Path scratch;
    private final String heap;
    private final String jvmOptions;
    private final int port;
    private final List<Server> started = new CopyOnWriteArrayList<>();

    /**
     * @param jvmOptions more options for the JVMs of brokers of this checkout, separated by blanks
     * @param port the first of five ports
     */
    Servers(Path home, Path scratch, String heap, String jvmOptions, int port) {
        this.home = home;
        this.scratch = scratch;
        this.heap = heap;
        this.jvmOptions = jvmOptions;
        this.port = port;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-brokers"));
    }

    /** Starts the brokers of the named contenders, and returns when all answer. */
    List<Contender> start(Set<String> names, String storeWal) throws IOException, InterruptedException {
        List<Contender> contenders = new ArrayList<>();
        if (names.contains("block")) {
            contenders.add(new Contender("block", block(), Map.of()));
        }
        if (names.contains("store")) {
            contenders.add(new Contender("store", ours("store", storeWal, port + 1), Map.of()));
        }
        if (names.contains("store-2ms")) {
            Server shortest = ours("store-2ms", "store:/?linger=2ms", port + 4);
            contenders.add(new Contender("store-2ms", shortest, Map.of()));
        }
        if (names.contains("kafka") || names.contains(FLUSHING)) {
            Server kafka = kafka(port + 2);
            if (names.contains("kafka")) {
                contenders.add(new Contender("kafka", kafka, Map.of()));
            }
            if (names.contains(FLUSHING)) {
                contenders.add(new Contender(FLUSHING, kafka, Map.of("flush.messages", "1")));
            }
        }
        return contenders;
    }

    /** Starts a broker of this checkout with a block WAL. */
    Server block() throws IOException {
        return ours("block", "block://" + scratch + "/block/wal?capacity=2GiB", port);
    }

    /** A broker of this checkout, with the options of {@code bin/s3stream-kafka}. */
    private Server ours(String name, String wal, int listen) throws IOException {
        Path directory = Files.createDirectories(scratch.resolve(name));
        Path target = home.resolve("kafka-broker/target");
        List<String> command = java("-XX:MaxDirectMemorySize=8g", "-Dio.netty.tryReflectionSetAccessible=false");
        command.addAll(jvmOptions.isBlank() ? List.of() : List.of(jvmOptions.split(" ")));
        command.addAll(List.of(
                "-cp",
                target.resolve("classes") + File.pathSeparator + target.resolve("lib/*"),
                "io.s3stream.kafka.Main",
                "--listen=localhost:" + listen,
                "--storage=" + directory.resolve("objects").toUri(),
                "--wal=" + wal));
        return add(Server.start("localhost:" + listen, command, directory.resolve("log")));
    }

    /** Kafka in KRaft mode, with the JVM options of its own start script. */
    private Server kafka(int listen) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(scratch.resolve("kafka"));
        Path properties = directory.resolve("server.properties");
        Files.writeString(properties, properties(directory, listen));
        List<String> format = java("-Dlog4j2.level=WARN");
        format.addAll(kafkaClass("kafka.tools.StorageTool"));
        format.addAll(List.of("format", "--standalone", "-t", "" + Uuid.randomUuid(), "-c", properties.toString()));
        Path log = directory.resolve("log");
        int exit = new ProcessBuilder(format)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("the storage of Kafka cannot be formatted: see " + log);
        }
        List<String> command = java(
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-XX:InitiatingHeapOccupancyPercent=35",
                "-XX:+ExplicitGCInvokesConcurrent",
                "-Dlog4j2.level=WARN");
        command.addAll(kafkaClass("kafka.Kafka"));
        command.add(properties.toString());
        return add(Server.start("localhost:" + listen, command, log));
    }

    private static String properties(Path directory, int listen) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=localhost:%2$d
                listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d
                advertised.listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                log.dirs=%3$s
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                log.segment.delete.delay.ms=1000
                """.formatted(listen, listen + 1, directory.resolve("data"));
    }

    private List<String> kafkaClass(String main) {
        return List.of("-cp", home.resolve("kafka-broker/target/kafka") + "/*", main);
    }

    private List<String> java(String... options) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx" + heap));
        command.addAll(List.of(options));
        return command;
    }

    private Server add(Server server) {
        started.add(server);
        return server;
    }

    @Override
    public void close() {
        started.forEach(Server::close);
    }
}
