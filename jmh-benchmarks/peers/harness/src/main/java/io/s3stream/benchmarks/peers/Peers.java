package io.s3stream.benchmarks.peers;

import io.s3stream.benchmarks.peers.report.Report;
import io.s3stream.benchmarks.peers.report.Results;
import io.s3stream.benchmarks.peers.report.Run;
import io.s3stream.benchmarks.peers.worker.Measurement;
import io.s3stream.benchmarks.peers.worker.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The program: runs all contenders in interleaved rounds, and writes the report. */
final class Peers {

    private final Options options;
    private final Results results;

    private Peers(Options options) {
        this.options = options;
        this.results = new Results(options.quiet());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String names = Contender.all().stream().map(Contender::name).collect(Collectors.joining(", "));
        if (List.of(arguments).contains("--help")) {
            System.out.printf(Options.USAGE, names);
            return;
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("peers: " + e.getMessage());
            System.err.printf(Options.USAGE, names);
            System.exit(2);
            return;
        }
        new Peers(options).run();
    }

    private void run() throws IOException, InterruptedException {
        Files.createDirectories(options.directory());
        Launcher launcher = new Launcher(options);
        options.contenders().forEach(contender -> results.declare(contender.name(), contender.description()));
        for (int round = 0; round < options.rounds(); round++) {
            List<Contender> order = new ArrayList<>(options.contenders());
            Collections.rotate(order, -round); // no contender always runs after the same one
            for (Workload workload : options.workloads()) {
                for (Contender contender : order) {
                    if (contender.supports(workload)) {
                        Run run = launcher.run(contender, workload);
                        results.add(contender.name(), workload, run);
                        System.err.println(progress(round, contender, workload, run));
                    }
                }
            }
        }
        Report report = new Report(results, Conditions.of(options));
        report.write(options.out());
        System.out.println(report.markdown());
        System.err.println("peers: written to " + options.out());
    }

    private String progress(int round, Contender contender, Workload workload, Run run) {
        String head = String.format(Locale.ROOT, "round %d  %-8s %-18s", round + 1, workload, contender.name());
        Measurement measured = run.measurement();
        if (measured == null) {
            return head + "failed: " + run.failure();
        }
        return head
                + String.format(
                        Locale.ROOT,
                        "%8.1f MB/s %9.0f appends/s %6.2f CPU s/GiB %7.0f B/append%s  other work %.0f %%%s",
                        measured.megabytesPerSecond(),
                        measured.appendsPerSecond(),
                        measured.cpuSecondsPerGib(),
                        measured.allocatedPerAppend(),
                        workload.isPaced() ? String.format(Locale.ROOT, "  p99 %.2f ms", measured.p99()) : "",
                        measured.foreignShare() * 100,
                        measured.foreignShare() > options.quiet() ? " (disturbed)" : "");
    }
}
