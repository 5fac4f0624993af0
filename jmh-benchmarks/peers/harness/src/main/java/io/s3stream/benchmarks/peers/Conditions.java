package io.s3stream.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Describes the machine and the run for the reader of the figures. */
final class Conditions {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Conditions() {}

    static List<String> of(Options options) throws IOException {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%d processors (%s), %s %s, JDK %s, %s.",
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.version"),
                        Files.getFileStore(options.directory()).type()),
                String.format(
                        Locale.ROOT,
                        "Each cell is the median of up to %d interleaved rounds with the range in brackets,"
                                + " %.0f s a run after %.0f s of warm-up, a fresh JVM with a heap of %s for each run.",
                        options.rounds(),
                        options.seconds(),
                        options.warmupSeconds(),
                        options.heap()),
                String.format(
                        Locale.ROOT,
                        "Two producers share %d MiB in flight. MB is a million bytes, GiB is 2^30.",
                        Options.BYTES_IN_FLIGHT >> 20),
                String.format(
                        Locale.ROOT,
                        "A run counts only if other work used at most %.0f %% of the machine; † marks medians of"
                                + " disturbed runs, where no other run exists.",
                        options.quiet() * 100),
                "Processor time is that of the process; kernel threads write back the page cache for some contenders,"
                        + " and the last table has their time. The sign – means that the load does not fit the"
                        + " contender or was not asked for.");
    }

    private static String processor() throws IOException {
        if (!Files.exists(CPU_INFO)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(CPU_INFO).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
