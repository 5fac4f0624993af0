/**
 * A checker of linearizability: could the operations on a stream have happened one after another? It has a model of its
 * own and no reference to the engine.
 *
 * <p>{@link io.s3stream.simulation.linear.OperationLog} records the operations of one stream,
 * {@link io.s3stream.simulation.linear.StreamState} is the model, and
 * {@link io.s3stream.simulation.linear.LinearChecker} searches for an order of effects.
 *
 * <p>Start with {@link io.s3stream.simulation.linear.LinearChecker}.
 */
@NullMarked
package io.s3stream.simulation.linear;

import org.jspecify.annotations.NullMarked;
