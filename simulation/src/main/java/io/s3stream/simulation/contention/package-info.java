/**
 * Measures how many nodes one register carries: commits a second, latency, waste and fairness, in virtual time.
 *
 * <p>{@link io.s3stream.simulation.contention.Committer} is one node's metadata client,
 * {@link io.s3stream.simulation.contention.SharedRegister} the register of all nodes, and
 * {@link io.s3stream.simulation.contention.Load} the measured load.
 *
 * <p>Start with {@link io.s3stream.simulation.contention.Contention}.
 * {@link io.s3stream.simulation.contention.ContentionReport} prints the table of {@code docs/scale.md}.
 */
@NullMarked
package io.s3stream.simulation.contention;

import org.jspecify.annotations.NullMarked;
