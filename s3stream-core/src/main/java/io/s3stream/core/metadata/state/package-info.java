/**
 * The metadata as a pure state machine: commands in, results and a new state out.
 *
 * <p>{@link io.s3stream.core.metadata.state.StateMachine} applies a batch of commands to a {@link
 * io.s3stream.core.metadata.state.MetadataState}. Each group of commands has a class of its own: {@code
 * NodeCommands}, {@code StreamCommands}, {@code UploadCommands}, {@code CompactionCommands}, {@code
 * QuarantineCommands}, {@code RebuildCommands}. {@code Overlay} collects the changes of one batch, so that a
 * refused command changes nothing. {@code MetadataInvariants} states the conditions that hold in every state.
 *
 * <p>No class here performs I/O, reads a clock or knows a thread. Start with {@code StateMachine}.
 */
@NullMarked
package io.s3stream.core.metadata.state;

import org.jspecify.annotations.NullMarked;
