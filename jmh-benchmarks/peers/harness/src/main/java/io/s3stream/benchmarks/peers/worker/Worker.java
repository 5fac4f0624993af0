package io.s3stream.benchmarks.peers.worker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Measures one journal under one load, in a JVM that does nothing else. The result is a file; a failure is a stack
 * trace and exit code 1.
 */
public final class Worker {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final long POLL_MILLIS = 20;

    private final Path directory;
    private final Path memory;
    private final Path out;
    private final String variant;
    private final Workload workload;
    private final int producerCount;
    private final long bytesInFlight;
    private final double warmupSeconds;
    private final double seconds;

    private Worker(Map<String, String> options) {
        this.directory = Path.of(required(options, "dir"));
        this.memory = Path.of(required(options, "memory"));
        this.out = Path.of(required(options, "out"));
        this.variant = required(options, "variant");
        this.workload = Workload.parse(required(options, "workload"));
        this.producerCount = Integer.parseInt(required(options, "producers"));
        this.bytesInFlight = Long.parseLong(required(options, "in-flight"));
        this.warmupSeconds = Double.parseDouble(required(options, "warmup"));
        this.seconds = Double.parseDouble(required(options, "seconds"));
    }

    /** Runs the load that the arguments {@code --NAME=VALUE} describe, and ends the JVM. */
    public static void main(String[] arguments, JournalFactory factory) {
        int exit = 1;
        try {
            Map<String, String> options = new HashMap<>();
            for (String argument : arguments) {
                int equals = argument.indexOf('=');
                options.put(argument.substring(2, equals), argument.substring(equals + 1));
            }
            new Worker(options).run(factory);
            exit = 0;
        } catch (Exception | Error e) {
            e.printStackTrace();
        }
        System.exit(exit); // some journals leave threads that are no daemons
    }

    private void run(JournalFactory factory) throws Exception {
        byte[] payload = new byte[workload.recordBytes()];
        new Random(1).nextBytes(payload);
        int window = Setup.window(bytesInFlight, workload.recordBytes(), producerCount);
        Recorder recorder = new Recorder(3);
        try (Journal journal = factory.open(new Setup(variant, directory, memory, payload, producerCount, window))) {
            List<Producer> producers = new ArrayList<>();
            for (int i = 0; i < producerCount; i++) {
                double interval = workload.intervalNanos(producerCount);
                producers.add(new Producer(i, journal, window, interval, recorder));
            }
            producers.forEach(Producer::start);
            Measurement measurement;
            try {
                pass(warmupSeconds, producers);
                measurement = measure(journal, producers, recorder);
            } finally {
                for (Producer producer : producers) {
                    producer.stop();
                }
                producers.forEach(Producer::release);
            }
            check(producers); // a record that never becomes durable makes the figure worthless
            measurement.write(out);
        }
    }

    private Measurement measure(Journal journal, List<Producer> producers, Recorder recorder) throws Exception {
        recorder.getIntervalHistogram();
        MachineUsage machineBefore = MachineUsage.now(directory);
        Usage before = journal.usage();
        long appendsBefore = durable(producers);
        long began = System.nanoTime();
        pass(seconds, producers);
        long appends = durable(producers) - appendsBefore;
        long nanos = System.nanoTime() - began;
        Histogram latencies = recorder.getIntervalHistogram();
        Usage usage = journal.usage().since(before);
        MachineUsage.Difference machine = MachineUsage.now(directory).since(machineBefore);
        return new Measurement(
                nanos / 1e9,
                appends,
                workload.recordBytes(),
                usage,
                machine.foreignShare(usage.cpuNanos(), Runtime.getRuntime().availableProcessors()),
                machine.kernelNanos(),
                machine.writtenBytes(),
                machine.flushes(),
                latencies.getValueAtPercentile(50) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(99) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
                journal.notes());
    }

    /** Waits, and fails as soon as a producer has failed. */
    private static void pass(double seconds, List<Producer> producers) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            check(producers);
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS)));
        }
        check(producers);
    }

    private static void check(List<Producer> producers) {
        for (Producer producer : producers) {
            Throwable failure = producer.failure();
            if (failure != null) {
                throw new IllegalStateException("an append failed: " + failure, failure);
            }
        }
    }

    private static long durable(List<Producer> producers) {
        return producers.stream().mapToLong(Producer::durableRecords).sum();
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + "=VALUE is missing");
        }
        return value;
    }
}
