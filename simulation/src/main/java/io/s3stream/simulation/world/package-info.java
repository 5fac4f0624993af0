/**
 * The simulated world: nodes, disks, bucket and processes under one seed.
 *
 * <p>{@link io.s3stream.simulation.world.SimWorld} creates nodes over one simulated bucket. {@code SimDisks}
 * provides their WAL media with crashes and torn writes. {@code SimEngine} replaces the WAL providers and small
 * parts of the engine, and {@code SimConfig} draws the configuration from the seed. A single thread runs everything, so
 * the same seed repeats the same history. Start with {@code SimWorld}.
 */
@NullMarked
package io.s3stream.simulation.world;

import org.jspecify.annotations.NullMarked;
