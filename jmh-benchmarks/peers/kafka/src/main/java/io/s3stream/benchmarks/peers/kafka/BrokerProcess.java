package io.s3stream.benchmarks.peers.kafka;

import io.s3stream.benchmarks.peers.worker.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The program of the broker's process: Kafka, and a thread that answers each line of input with the usage. */
final class BrokerProcess {

    static final String USAGE = "peers-usage ";

    private BrokerProcess() {}

    public static void main(String[] arguments) {
        Thread thread = new Thread(BrokerProcess::answer, "usage");
        thread.setDaemon(true);
        thread.start();
        kafka.Kafka.main(arguments);
    }

    private static void answer() {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (input.readLine() != null) {
                Usage usage = Usage.ofThisProcess();
                System.out.println(USAGE + usage.cpuNanos() + " " + usage.allocated() + " " + usage.collections());
            }
        } catch (IOException e) {
            e.printStackTrace();
        }
        Runtime.getRuntime().halt(1); // the parent has ended, so nothing needs the broker's data
    }
}
