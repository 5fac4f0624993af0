/**
 * Whether what happened to a stream could have happened one thing after another: a checker of linearizability with a model
 * of its own. It knows nothing of the engine.
 */
@NullMarked
package io.s3stream.simulation.linear;

import org.jspecify.annotations.NullMarked;
