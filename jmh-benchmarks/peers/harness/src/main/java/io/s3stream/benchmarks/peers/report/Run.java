package io.s3stream.benchmarks.peers.report;

import io.s3stream.benchmarks.peers.worker.Measurement;
import org.jspecify.annotations.Nullable;

/** The outcome of one run: either a measurement or the reason of a failure. */
public record Run(
        @Nullable Measurement measurement, @Nullable String failure) {

    public static Run failed(String reason) {
        return new Run(null, reason);
    }
}
