package io.s3stream.cli.bench.isolation;

import org.HdrHistogram.Histogram;

/**
 * Latencies of one phase in nanoseconds, from the due time of each record.
 *
 * @param appends until the record is durable
 * @param reads until the record is read
 * @param proof of the disturbance; of a quiet phase without events
 */
record PhaseResult(Histogram appends, Histogram reads, Proof proof) {

    PhaseResult plus(PhaseResult more) {
        Histogram allAppends = appends.copy();
        allAppends.add(more.appends);
        Histogram allReads = reads.copy();
        allReads.add(more.reads);
        return new PhaseResult(allAppends, allReads, proof.plus(more.proof));
    }
}
