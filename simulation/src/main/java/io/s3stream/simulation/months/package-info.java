/**
 * Months of traffic against the real planner and the real metadata rules, without any bytes: what compaction costs and what it
 * leaves. Start at {@link io.s3stream.simulation.months.Months}.
 */
@NullMarked
package io.s3stream.simulation.months;

import org.jspecify.annotations.NullMarked;
