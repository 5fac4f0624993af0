package io.s3stream.benchmarks.peers.report;

import io.s3stream.benchmarks.peers.worker.Measurement;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one contender under one load.
 *
 * @param counted runs in the medians
 * @param disturbed number of runs that other processes disturbed
 * @param isDisturbed whether disturbed runs are in the medians, because no other run exists
 * @param failure the first reason of a failure
 */
record Summary(
        List<Measurement> counted,
        int disturbed,
        boolean isDisturbed,
        @Nullable String failure) {

    static Summary of(List<Run> runs, double quiet) {
        List<Measurement> all =
                runs.stream().map(Run::measurement).filter(run -> run != null).toList();
        List<Measurement> undisturbed =
                all.stream().filter(run -> run.foreignShare() <= quiet).toList();
        String failure = runs.stream()
                .map(Run::failure)
                .filter(reason -> reason != null)
                .findFirst()
                .orElse(null);
        boolean isDisturbed = undisturbed.isEmpty() && !all.isEmpty();
        return new Summary(isDisturbed ? all : undisturbed, all.size() - undisturbed.size(), isDisturbed, failure);
    }

    boolean isMeasured() {
        return !counted.isEmpty();
    }

    Spread spread(ToDoubleFunction<Measurement> quantity) {
        return Spread.of(counted.stream().map(quantity::applyAsDouble).toList());
    }
}
