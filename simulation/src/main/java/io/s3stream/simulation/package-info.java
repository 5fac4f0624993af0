/**
 * The whole engine in the simulated world: a store over a simulated bucket and a simulated disk, random operations, faults
 * and crashes, and a checker that knows what must be true of the history. Begin at {@link
 * io.s3stream.simulation.SingleNodeScenario}.
 */
@NullMarked
package io.s3stream.simulation;

import org.jspecify.annotations.NullMarked;
