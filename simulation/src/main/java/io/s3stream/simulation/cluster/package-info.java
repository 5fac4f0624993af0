/**
 * Several nodes over one bucket.
 *
 * <p>{@link io.s3stream.simulation.cluster.ClusterNodes} starts and ends the processes,
 * {@link io.s3stream.simulation.cluster.ClusterActions} makes the clients' requests,
 * {@link io.s3stream.simulation.cluster.SwarmConfig} draws the faults from the seed.
 * {@link io.s3stream.simulation.cluster.HeadWatch} and {@link io.s3stream.simulation.cluster.Ledgers} check every state
 * and every answer.
 *
 * <p>Start with {@link io.s3stream.simulation.cluster.ClusterScenario}.
 */
@NullMarked
package io.s3stream.simulation.cluster;

import org.jspecify.annotations.NullMarked;
