/**
 * Runs inside the JVM of one contender and measures it.
 *
 * <p>A contender implements {@link io.s3stream.benchmarks.peers.worker.Journal}, and its main method calls
 * {@link io.s3stream.benchmarks.peers.worker.Worker}. The worker starts two producers, lets them warm up, and takes
 * the difference of two {@link io.s3stream.benchmarks.peers.worker.Usage} snapshots. The
 * {@link io.s3stream.benchmarks.peers.worker.Measurement} goes to a file, which the launching program reads.
 *
 * <p>Contenders without a group commit of their own use
 * {@link io.s3stream.benchmarks.peers.worker.GroupCommit}. Start with
 * {@link io.s3stream.benchmarks.peers.worker.Journal}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.worker;

import org.jspecify.annotations.NullMarked;
