/**
 * Makes tables, plots and a page from the runs of a comparison.
 *
 * <p>{@link io.s3stream.benchmarks.peers.report.Results} collects the runs. A
 * {@link io.s3stream.benchmarks.peers.report.Summary} has the medians and ranges of one contender under one load.
 * Disturbed runs are left out of it. When all runs were disturbed, all of them count, and the summary is marked. A
 * contender that failed has its reason in the table. Start with
 * {@link io.s3stream.benchmarks.peers.report.Results}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.report;

import org.jspecify.annotations.NullMarked;
