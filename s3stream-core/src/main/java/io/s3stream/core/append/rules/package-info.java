/**
 * Rules of the append path: pure decisions, each in a class of its own.
 *
 * <p>{@code OffsetRule} decides when an append takes its offsets, {@code OutcomeRule} the outcome of an append whose WAL has
 * failed, and {@code ClaimRule} when a claimed record counts. A test breaks one of them and shows that the break is
 * noticed. {@code ClaimRule} also lets a test fail or pause a caller at the points of an append. Start with {@code
 * OffsetRule}.
 */
@NullMarked
package io.s3stream.core.append.rules;

import org.jspecify.annotations.NullMarked;
