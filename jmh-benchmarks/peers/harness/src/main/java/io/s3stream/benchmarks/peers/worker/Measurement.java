package io.s3stream.benchmarks.peers.worker;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The result of one run of one contender.
 *
 * @param seconds measured time
 * @param appends durable records in that time
 * @param foreignShare processor time of other processes, as a share of the machine
 * @param kernelNanos processor time of kernel threads, for all processes
 * @param writtenBytes bytes that the device wrote for all processes; -1 if unknown
 * @param flushes of the device for all processes; -1 if unknown
 * @param p50 latency in milliseconds from due time; 0 for an unpaced load
 * @param notes facts of the contender alone
 */
public record Measurement(
        double seconds,
        long appends,
        int recordBytes,
        Usage usage,
        double foreignShare,
        long kernelNanos,
        long writtenBytes,
        long flushes,
        double p50,
        double p99,
        double p999,
        Map<String, String> notes) {

    private static final String NOTE = "note.";

    public double bytes() {
        return (double) appends * recordBytes;
    }

    public double megabytesPerSecond() {
        return bytes() / seconds / 1e6;
    }

    public double appendsPerSecond() {
        return appends / seconds;
    }

    public double cpuSecondsPerGib() {
        return usage.cpuNanos() / 1e9 / (bytes() / (1L << 30));
    }

    /** Returns the processor time of kernel threads for each GiB, which write back the page cache. */
    public double kernelSecondsPerGib() {
        return kernelNanos / 1e9 / (bytes() / (1L << 30));
    }

    public double allocatedPerAppend() {
        return (double) usage.allocated() / Math.max(1, appends);
    }

    /** Returns the bytes that the device wrote for each byte of payload; -1 if unknown. */
    public double writtenPerByte() {
        return writtenBytes < 0 ? -1 : writtenBytes / bytes();
    }

    /** Returns the flushes of the device a second; -1 if unknown. */
    public double flushesPerSecond() {
        return flushes < 0 ? -1 : flushes / seconds;
    }

    void write(Path file) throws IOException {
        Properties fields = new Properties();
        fields.setProperty("seconds", Double.toString(seconds));
        fields.setProperty("appends", Long.toString(appends));
        fields.setProperty("recordBytes", Integer.toString(recordBytes));
        fields.setProperty("cpuNanos", Long.toString(usage.cpuNanos()));
        fields.setProperty("allocated", Long.toString(usage.allocated()));
        fields.setProperty("collections", Long.toString(usage.collections()));
        fields.setProperty("foreignShare", Double.toString(foreignShare));
        fields.setProperty("kernelNanos", Long.toString(kernelNanos));
        fields.setProperty("writtenBytes", Long.toString(writtenBytes));
        fields.setProperty("flushes", Long.toString(flushes));
        fields.setProperty("p50", Double.toString(p50));
        fields.setProperty("p99", Double.toString(p99));
        fields.setProperty("p999", Double.toString(p999));
        notes.forEach((name, value) -> fields.setProperty(NOTE + name, value));
        try (Writer writer = Files.newBufferedWriter(file)) {
            fields.store(writer, null);
        }
    }

    /** Reads the file of a finished worker. */
    public static Measurement read(Path file) throws IOException {
        Properties fields = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            fields.load(reader);
        }
        Map<String, String> notes = new TreeMap<>();
        for (String name : fields.stringPropertyNames()) {
            if (name.startsWith(NOTE)) {
                notes.put(name.substring(NOTE.length()), fields.getProperty(name));
            }
        }
        return new Measurement(
                Double.parseDouble(fields.getProperty("seconds")),
                Long.parseLong(fields.getProperty("appends")),
                Integer.parseInt(fields.getProperty("recordBytes")),
                new Usage(
                        Long.parseLong(fields.getProperty("cpuNanos")),
                        Long.parseLong(fields.getProperty("allocated")),
                        Long.parseLong(fields.getProperty("collections"))),
                Double.parseDouble(fields.getProperty("foreignShare")),
                Long.parseLong(fields.getProperty("kernelNanos")),
                Long.parseLong(fields.getProperty("writtenBytes")),
                Long.parseLong(fields.getProperty("flushes")),
                Double.parseDouble(fields.getProperty("p50")),
                Double.parseDouble(fields.getProperty("p99")),
                Double.parseDouble(fields.getProperty("p999")),
                notes);
    }
}
