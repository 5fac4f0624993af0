/**
 * Months of traffic against the real planner and the real metadata rules, without any bytes: the cost of compaction and
 * its result.
 *
 * <p>{@link io.s3stream.simulation.months.Traffic} generates the load, {@link io.s3stream.simulation.months.Node} holds
 * the metadata and {@link io.s3stream.simulation.months.Ledger} the costs.
 *
 * <p>Start with {@link io.s3stream.simulation.months.Months}.
 */
@NullMarked
package io.s3stream.simulation.months;

import org.jspecify.annotations.NullMarked;
