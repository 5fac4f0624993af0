/**
 * Compares durable journals on one machine.
 *
 * <p>{@link io.s3stream.benchmarks.peers.Peers} is the program. Its rounds are interleaved: each round runs each
 * contender once with each load, so that a slow minute of the machine hits all of them. Each run has a fresh JVM with
 * the class path of one {@link io.s3stream.benchmarks.peers.Contender}. A run that other processes disturbed is marked
 * and left out of the medians.
 *
 * <p>Package {@code worker} runs inside those JVMs. Package {@code report} makes the tables and the plots. Start with
 * {@link io.s3stream.benchmarks.peers.Peers}.
 */
@NullMarked
package io.s3stream.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
