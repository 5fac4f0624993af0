/**
 * The isolation matrix: how much a disturbance delays appends and tailing reads.
 *
 * <p>{@code IsolationBench} is the command. For each {@code DisturbanceKind} a {@code Row} opens the store and alternates
 * quiet phases with disturbed phases. A {@code Phase} runs producers at a fixed rate and followers of all streams, and
 * measures from the due time of a record. A {@code Disturbance} proves with counters that it happened in its phase.
 * {@code FaultyStorage} wraps the object storage of the measured store, to count, delay and refuse requests. {@code
 * Matrix} prints the results. Start with {@code Row}.
 */
@NullMarked
package io.s3stream.cli.bench.isolation;

import org.jspecify.annotations.NullMarked;
