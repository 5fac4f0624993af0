package io.s3stream.cli.bench.isolation;

import io.s3stream.cli.bench.LoadOptions;
import io.s3stream.cli.bench.Report;
import io.s3stream.cli.bench.StorageOptions;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how much each disturbance delays appends and tailing reads. */
@Command(
        description = "Alternates quiet and disturbed phases. Measures appends and tailing reads, from the due time of"
                + " each record, and compares their 99th percentiles.")
public final class IsolationBench implements Callable<Integer> {

    private static final long DEFAULT_RATE = 20 << 20;

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Mixin
    private DisturbanceOptions disturbances = new DisturbanceOptions();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds of each disturbance; a round has a quiet and a disturbed phase of --duration"
                    + " (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            converter = DisturbanceKind.Converter.class,
            description = "Disturbances to measure: upload, compaction, catch-up, throttle, slow-put, take-over, polls,"
                    + " checkpoint (default: all).")
    private Set<DisturbanceKind> only = new LinkedHashSet<>();

    @Option(
            names = "--limit",
            paramLabel = "RATIO",
            defaultValue = "1.5",
            description =
                    "Greatest ratio of 99th percentiles that the table calls isolated (default: ${DEFAULT-VALUE}).")
    private double limit;

    @Option(
            names = "--fail-above",
            paramLabel = "RATIO",
            description = "End with exit code 1 if a median ratio is greater.")
    private @Nullable Double failAbove;

    private final Report report;

    public IsolationBench(Output out) {
        this.report = new Report(out);
    }

    @Override
    public Integer call() throws IOException {
        load.paceUnlessGiven(DEFAULT_RATE);
        load.check();
        disturbances.check();
        List<DisturbanceKind> kinds = kinds();
        check(kinds);
        Row row = new Row(storage, load, disturbances, Sizes.of(load, disturbances, storage), report);
        report.line(
                "isolation: %s; %d rounds of %d ms",
                load, rounds, load.duration().toMillis());
        List<RowResult> results = new ArrayList<>();
        for (DisturbanceKind kind : kinds) {
            results.add(row.run(kind, rounds));
        }
        new Matrix(report, limit).print(results);
        failIfAbove(results);
        return 0;
    }

    private List<DisturbanceKind> kinds() {
        return List.of(DisturbanceKind.values()).stream()
                .filter(kind -> only.isEmpty() || only.contains(kind))
                .toList();
    }

    private void check(List<DisturbanceKind> kinds) {
        if (rounds < 1) {
            throw new ToolException("--rounds=" + rounds + ": must be at least 1; give 3 or more for a median");
        }
        if (!(limit > 0)) {
            throw new ToolException("--limit=" + limit + ": must be greater than 0; give for example 1.5");
        }
        if (failAbove != null && !(failAbove > 0)) {
            throw new ToolException("--fail-above=" + failAbove + ": must be greater than 0; give for example 1.5");
        }
        if (storage.isDiscard()) {
            throw new ToolException("--discard: disturbances read objects; leave it out");
        }
        if (storage.store().storeUri().startsWith("memory:")) {
            throw new ToolException("--store=memory: several nodes share the objects; give a directory, for example in"
                    + " /dev/shm, or a bucket");
        }
        if (storage.isKeep() && kinds.size() > 1) {
            throw new ToolException(
                    "--keep: each disturbance has a directory of its own; name one disturbance with --only");
        }
    }

    private void failIfAbove(List<RowResult> results) {
        if (failAbove == null) {
            return;
        }
        for (RowResult result : results) {
            if (result.worstRatio() > failAbove) {
                throw new ToolException(String.format(
                        Locale.ROOT,
                        "%s: p99 is %.2f times that of quiet phases, above --fail-above=%s",
                        result.kind().label(),
                        result.worstRatio(),
                        failAbove));
            }
        }
    }
}
