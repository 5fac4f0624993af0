/**
 * Rebuilds lost metadata from objects and the catalogue.
 *
 * <p>Objects describe themselves: an index says which offsets of which stream, and of which epoch, an object has.
 * {@link io.s3stream.api.tools.RebuildReport} lists the facts that objects cannot tell. Rule [R23] decides between
 * records. A record of an epoch at or past the first base offset of a higher epoch is dead. Two records of one epoch at
 * the same offsets must be the same.
 *
 * <p>{@link io.s3stream.core.rebuild.StoreRebuilder} is the process and the place to start reading. {@code
 * StreamAssembly} is the rule, a pure function. {@code StreamRebuild} reads the records that the rule leaves open.
 * {@link io.s3stream.core.rebuild.LossRule} decides whether a rebuild with losses may write.
 *
 * <p>A rebuild owns all its state on the serial context {@code rebuild}. The {@code verify} threads check blocks and
 * indexes.
 */
@NullMarked
package io.s3stream.core.rebuild;

import org.jspecify.annotations.NullMarked;
