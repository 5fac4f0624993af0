package io.s3stream.benchmarks.peers;

import io.s3stream.benchmarks.peers.worker.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The options of the command line.
 *
 * @param home the checkout
 * @param directory on the device to measure
 * @param out directory of the documents
 * @param quiet maximum share of the machine that other processes may use during a run that counts
 */
record Options(
        Path home,
        Path directory,
        Path out,
        int rounds,
        double seconds,
        double warmupSeconds,
        double quiet,
        String heap,
        List<Contender> contenders,
        List<Workload> workloads) {

    static final int PRODUCERS = 2;
    static final long BYTES_IN_FLIGHT = 32 << 20;
    static final int MAX_RECORD_BYTES = 65536;

    static final String USAGE = """
            Usage: run [--rounds N] [--only a,b] [--workloads w,w] [--seconds S] [--dir DIR] [--out DIR]

              --rounds N       interleaved rounds (default: 5)
              --only a,b       contenders (default: all)
              --workloads w,w  record sizes in bytes, or paced for 20 MB/s of 4 KiB
                               (default: 128,1024,4096,16384,65536,1048576,paced; only the device does 1048576)
              --seconds S      measured time of a run (default: 10)
              --warmup S       time before it (default: 10); shorter ones measure the compiler of the JVM
              --dir DIR        directory on the device to measure (default: a temporary one in /var/tmp)
              --out DIR        directory of performance.md and peers/ (default: docs of the checkout)
              --quiet SHARE    share of the machine that other work may use during a run that counts (default: 0.1)
              --heap SIZE      heap of each JVM (default: 1g)

            Contenders: %s
            """;

    private static final String DEFAULT_WORKLOADS = "128,1024,4096,16384,65536,1048576,paced";
    private static final Set<String> NAMES =
            Set.of("home", "dir", "out", "rounds", "seconds", "warmup", "quiet", "heap", "only", "workloads");

    static Options parse(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                throw new IllegalArgumentException("unexpected " + arguments[i]);
            }
            int equals = arguments[i].indexOf('=');
            String name = arguments[i].substring(2, equals < 0 ? arguments[i].length() : equals);
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("unknown option --" + name);
            }
            if (equals < 0 && i + 1 == arguments.length) {
                throw new IllegalArgumentException("--" + name + " needs a value");
            }
            given.put(name, equals < 0 ? arguments[++i] : arguments[i].substring(equals + 1));
        }
        Path home = Path.of(given.getOrDefault("home", ".")).toAbsolutePath().normalize();
        return new Options(
                home,
                Path.of(given.getOrDefault("dir", "/var/tmp")).toAbsolutePath(),
                given.containsKey("out") ? Path.of(given.get("out")).toAbsolutePath() : home.resolve("docs"),
                Integer.parseInt(given.getOrDefault("rounds", "5")),
                Double.parseDouble(given.getOrDefault("seconds", "10")),
                Double.parseDouble(given.getOrDefault("warmup", "10")),
                Double.parseDouble(given.getOrDefault("quiet", "0.1")),
                given.getOrDefault("heap", "1g"),
                contenders(given.getOrDefault("only", "")),
                workloads(given.getOrDefault("workloads", DEFAULT_WORKLOADS)));
    }

    private static List<Contender> contenders(String names) {
        if (names.isEmpty()) {
            return Contender.all();
        }
        List<Contender> chosen = new ArrayList<>();
        for (String name : names.split(",")) {
            chosen.add(Contender.all().stream()
                    .filter(contender -> contender.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown contender " + name)));
        }
        return chosen;
    }

    private static List<Workload> workloads(String names) {
        List<Workload> workloads = new ArrayList<>();
        for (String name : names.split(",")) {
            workloads.add(Workload.parse(name));
        }
        return workloads;
    }
}
