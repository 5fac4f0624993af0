/**
 * The pace of compaction, which has the lowest priority of all work.
 *
 * <p>{@link io.s3stream.core.compact.pace.ForegroundThrottle} delays each request: to the configured read rate, and while
 * appends or readers wait. {@link io.s3stream.core.compact.pace.PlanPace} limits the share of a processor that planning
 * takes.
 *
 * <p>Everything here belongs to the context of the compaction.
 */
@NullMarked
package io.s3stream.core.compact.pace;

import org.jspecify.annotations.NullMarked;
