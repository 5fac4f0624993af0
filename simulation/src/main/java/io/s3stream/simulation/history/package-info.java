/**
 * The model that simulated histories are checked against.
 *
 * <p>{@link io.s3stream.simulation.history.StreamHistory} knows the records that one stream must and may contain.
 * {@code PositionCheck} compares timestamps, sizes and positions with it. {@code Findings} collects failures of
 * one history, and {@link io.s3stream.simulation.history.HistoryViolation} reports the first wrong answer. Start
 * with {@code StreamHistory}.
 */
@NullMarked
package io.s3stream.simulation.history;

import org.jspecify.annotations.NullMarked;
