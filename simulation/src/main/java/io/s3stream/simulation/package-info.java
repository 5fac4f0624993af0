/**
 * The whole engine in the simulated world: a store over a simulated bucket and a simulated disk, random operations,
 * faults and crashes, and a checker that knows the rules of the history.
 *
 * <p>{@link io.s3stream.simulation.SimWorld} is the world, {@link io.s3stream.simulation.SimEngine} builds the engine
 * in it, and {@link io.s3stream.simulation.StreamHistory} holds the rules.
 *
 * <p>Start with {@link io.s3stream.simulation.SingleNodeScenario}. Several nodes are in
 * {@link io.s3stream.simulation.cluster}.
 */
@NullMarked
package io.s3stream.simulation;

import org.jspecify.annotations.NullMarked;
