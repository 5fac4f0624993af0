package io.s3stream.benchmarks.peers.kafka;

import io.s3stream.benchmarks.peers.worker.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * A broker in KRaft mode, in a process of its own. Owns the process. The broker ends when its standard input does, so
 * it cannot outlive this JVM. Confined to one thread.
 */
final class Broker implements AutoCloseable {

    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long STOP_SECONDS = 30;

    private final Process process;
    private final String address;
    private final PrintStream requests;
    private final BufferedReader answers;

    private Broker(Process process, String address) {
        this.process = process;
        this.address = address;
        this.requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a broker with all its data in the directory, and returns when it answers. */
    static Broker start(Path directory) throws IOException, InterruptedException {
        int port = freePort();
        Path properties = directory.resolve("server.properties");
        Files.writeString(properties, properties(directory.resolve("data"), port, freePort()));
        List<String> format = java("kafka.tools.StorageTool");
        format.addAll(List.of("format", "--standalone", "-t", "" + Uuid.randomUuid(), "-c", properties.toString()));
        int exit = new ProcessBuilder(format).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException("the storage of Kafka cannot be formatted: exit code " + exit);
        }
        List<String> command = java(BrokerProcess.class.getName());
        command.add(properties.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Broker broker = new Broker(process, "localhost:" + port);
        broker.awaitAnswer();
        return broker;
    }

    String address() {
        return address;
    }

    /** Returns the usage of the broker's JVM. */
    Usage usage() {
        requests.println();
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(BrokerProcess.USAGE)) {
                    String[] fields =
                            line.substring(BrokerProcess.USAGE.length()).split(" ");
                    return new Usage(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]));
                }
                System.err.println(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the broker has ended");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
    }

    private void awaitAnswer() throws InterruptedException, IOException {
        long deadline = System.nanoTime() + START_NANOS;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            while (admin.describeCluster().nodes().get().isEmpty()) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IOException("the broker does not answer");
                }
            }
        } catch (ExecutionException e) {
            close();
            throw new IOException("the broker does not answer", e);
        }
    }

    /** Options as in Kafka's own start script, with the heap of this JVM. */
    private static List<String> java(String main) {
        String heap = "-Xmx" + Runtime.getRuntime().maxMemory();
        return new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                heap,
                heap.replace("-Xmx", "-Xms"),
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-XX:InitiatingHeapOccupancyPercent=35",
                "-Dlog4j2.level=WARN",
                "-cp",
                System.getProperty("java.class.path"),
                main));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String properties(Path data, int port, int controllerPort) {
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
                """.formatted(port, controllerPort, data);
    }
}
