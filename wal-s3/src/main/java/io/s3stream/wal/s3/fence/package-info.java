/**
 * Fencing by conditional writes: which frame objects count, and who may write them.
 *
 * <p>{@code FenceWalk} places a {@code FenceMarker} at the first free key and so ends a generation. {@code
 * WriteOnce} writes an object once and learns the outcome of a request without an answer. {@code PutJudge}, {@code
 * FenceRules}, {@code ReleaseRules} and {@code StoreJudge} are the rules that tests replace. {@code WalKeys} names
 * the objects. Start with {@code FenceWalk}.
 */
@NullMarked
package io.s3stream.wal.s3.fence;

import org.jspecify.annotations.NullMarked;
