/**
 * A simulated world: one thread, virtual time, an order of events drawn from a seed. The same seed gives the same history,
 * event by event. Nodes run the real engine over a simulated runtime; the object storage loses, delays and repeats.
 */
@NullMarked
package io.s3stream.testkit.sim;

import org.jspecify.annotations.NullMarked;
