package io.s3stream.cli.bench.isolation;

import io.s3stream.cli.bench.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** The phases of one disturbance: as many quiet as disturbed ones, in the order of the rounds. Immutable. */
record RowResult(DisturbanceKind kind, List<PhaseResult> quiet, List<PhaseResult> disturbed) {

    private static final double PERCENTILE = 99;

    RowResult {
        quiet = List.copyOf(quiet);
        disturbed = List.copyOf(disturbed);
    }

    PhaseResult allQuiet() {
        return quiet.stream().reduce(PhaseResult::plus).orElseThrow();
    }

    PhaseResult allDisturbed() {
        return disturbed.stream().reduce(PhaseResult::plus).orElseThrow();
    }

    /** Returns p99 of the disturbed phase / p99 of the quiet phase of each round. */
    List<Double> ratios(Function<PhaseResult, Histogram> latencies) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < quiet.size(); round++) {
            double disturbedMillis = Report.millis(latencies.apply(disturbed.get(round)), PERCENTILE);
            ratios.add(disturbedMillis / Report.millis(latencies.apply(quiet.get(round)), PERCENTILE));
        }
        return ratios;
    }

    /** Returns the greater of the median ratios of appends and of reads. */
    double worstRatio() {
        return Math.max(Report.median(ratios(PhaseResult::appends)), Report.median(ratios(PhaseResult::reads)));
    }
}
