/**
 * A simulated world with one thread, virtual time, and an order of events drawn from a seed. The same seed gives the
 * same history, event by event.
 *
 * <p>Start with {@link io.s3stream.testkit.sim.Simulator}, which has virtual time, the queue of events and the random
 * source. A {@link io.s3stream.testkit.sim.SimNode} is a process: the runtime on which the real engine runs, which can
 * crash, pause and hang. {@link io.s3stream.testkit.sim.SimBucket} holds the objects.
 * {@link io.s3stream.testkit.sim.SimObjectStorage} is a node's access to them, which loses, delays and repeats requests
 * as {@link io.s3stream.testkit.sim.StorageFaults} demands.
 *
 * <p>A single thread runs all events and owns all state; no class here is thread-safe.
 */
@NullMarked
package io.s3stream.testkit.sim;

import org.jspecify.annotations.NullMarked;
