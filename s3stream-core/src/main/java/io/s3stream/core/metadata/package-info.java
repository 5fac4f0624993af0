/**
 * The metadata: which streams, objects and nodes exist, and which object has which offsets.
 *
 * <p>The metadata are a pure state machine, a log of its commands in object storage, and a register that orders the
 * commands. {@link io.s3stream.core.metadata.Command} is a change. {@link io.s3stream.core.metadata.state.StateMachine}
 * validates a batch of commands and applies it to a {@link io.s3stream.core.metadata.state.MetadataState}. {@link
 * io.s3stream.core.metadata.MetadataClient} makes commands durable in groups: one compare-and-set on the head for each
 * batch. {@link io.s3stream.core.metadata.MetadataView} is the state for readers.
 *
 * <p>Start with {@code Command} and {@code StateMachine} for the rules. {@code MetadataClientImpl} and {@code Commit}
 * are the start for the path of a batch into the log; {@code LogCompactor} keeps the log short.
 *
 * <p>A serial context named {@code metadata} owns each client: its queue, retries, replica and timers, and every change
 * of the state. Any thread may read the state through a view. Codecs, rules and commands are stateless or immutable.
 */
@NullMarked
package io.s3stream.core.metadata;

import org.jspecify.annotations.NullMarked;
