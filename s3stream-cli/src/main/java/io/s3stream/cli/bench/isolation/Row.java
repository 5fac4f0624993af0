package io.s3stream.cli.bench.isolation;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.bench.LoadOptions;
import io.s3stream.cli.bench.Report;
import io.s3stream.cli.bench.StorageOptions;
import io.s3stream.cli.bench.Workspace;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Measures one disturbance on a store that it opens for this purpose. Used by one thread. */
final class Row {

    private static final long MAX_APPEND_BYTES = 64 << 20;
    private static final String PREFIX = "bench-";

    private final StorageOptions storage;
    private final LoadOptions load;
    private final DisturbanceOptions options;
    private final Sizes sizes;
    private final Report report;

    Row(StorageOptions storage, LoadOptions load, DisturbanceOptions options, Sizes sizes, Report report) {
        this.storage = storage;
        this.load = load;
        this.options = options;
        this.sizes = sizes;
        this.report = report;
    }

    /**
     * Runs the rounds: a quiet and a disturbed phase each. The store uploads everything after each phase.
     *
     * @throws ToolException if the disturbance did not happen in its phase
     */
    RowResult run(DisturbanceKind kind, int rounds) throws IOException {
        return run(kind, rounds, scene -> kind.create(scene, storage.store()));
    }

    /** Runs the rounds with a given disturbance. */
    RowResult run(DisturbanceKind kind, int rounds, Function<Scene, Disturbance> disturbances) throws IOException {
        List<PhaseResult> quiet = new ArrayList<>();
        List<PhaseResult> disturbed = new ArrayList<>();
        ExecutorService readers = Executors.newSingleThreadExecutor();
        AtomicReference<FaultyStorage> faulty = new AtomicReference<>();
        try (Workspace workspace = new Workspace(storage, sizes.walBytes());
                StreamStore store = workspace.open(0, config(kind), opened -> {
                    faulty.set(new FaultyStorage(opened));
                    return faulty.get();
                });
                Disturbance disturbance =
                        disturbances.apply(new Scene(workspace, store, faulty.get(), options, report))) {
            List<Stream> streams = Workspace.openStreams(store, PREFIX, load.streams());
            Phase phase = new Phase(store, streams, load, readers);
            phase.run(load.warmup(), new Quiet());
            for (int round = 1; round <= rounds; round++) {
                Futures.await(store.flush());
                disturbance.prepare();
                quiet.add(phase.run(load.duration(), new Quiet()));
                Futures.await(store.flush());
                PhaseResult result = phase.run(load.duration(), disturbance);
                disturbed.add(result);
                requireRecords(quiet.get(round - 1), result);
                if (result.proof().count() == 0) {
                    throw new ToolException(kind.label() + ": round " + round + " had no disturbance: " + result.proof()
                            + "; give a longer --duration");
                }
                report(kind, round, quiet.get(round - 1), result);
            }
        } finally {
            readers.shutdown();
        }
        return new RowResult(kind, quiet, disturbed);
    }

    private void requireRecords(PhaseResult... phases) {
        for (PhaseResult phase : phases) {
            if (phase.appends().getTotalCount() == 0) {
                throw new ToolException("--duration=" + load.duration().toMillis() + "ms: no record was due in a phase;"
                        + " give a longer --duration or a greater --rate");
            }
        }
    }

    private void report(DisturbanceKind kind, int round, PhaseResult quiet, PhaseResult disturbed) {
        report.line(
                "  %s, round %d: append p99 %.2f -> %.2f ms, read p99 %.2f -> %.2f ms; %s",
                kind.label(),
                round,
                Report.millis(quiet.appends(), 99),
                Report.millis(disturbed.appends(), 99),
                Report.millis(quiet.reads(), 99),
                Report.millis(disturbed.reads(), 99),
                disturbed.proof());
    }

    private Map<String, String> config(DisturbanceKind kind) {
        Map<String, String> config = new HashMap<>();
        config.put("writeCacheBytes", String.valueOf(sizes.cacheBytes()));
        config.put("maxAppendBytes", String.valueOf(Math.min(MAX_APPEND_BYTES, sizes.cacheBytes() / 2)));
        config.put("uploadThresholdBytes", String.valueOf(sizes.cacheBytes()));
        config.put("uploadInterval", "1h");
        config.put("compactionEnabled", "false");
        config.putAll(kind.config());
        return config;
    }
}
