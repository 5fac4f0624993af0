/**
 * Watches of the metadata, on several nodes that change streams, die, return and pause.
 *
 * <p>{@link io.s3stream.simulation.watch.WatchScenario} runs the nodes. {@link
 * io.s3stream.simulation.watch.WatchMirror} applies the updates of one watch to a copy of the streams, and compares the
 * copy with each snapshot.
 *
 * <p>Start with {@link io.s3stream.simulation.watch.WatchScenario}.
 */
@NullMarked
package io.s3stream.simulation.watch;

import org.jspecify.annotations.NullMarked;
