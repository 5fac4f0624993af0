/**
 * The life of a node: opening, heartbeats, take-over of another node.
 *
 * <p>{@code NodeOpener} registers the node, fences and recovers its former WALs and opens the new one. {@code
 * Liveness} commits heartbeats and reports other nodes that have stopped theirs. {@code TakeOvers} serves {@code
 * StreamStore.takeOver}, one take-over per node at a time, and {@code NodeTakeOver} performs one. Recovery itself
 * is in {@code core.recovery}. Start with {@code NodeOpener}.
 */
@NullMarked
package io.s3stream.core.node;

import org.jspecify.annotations.NullMarked;
