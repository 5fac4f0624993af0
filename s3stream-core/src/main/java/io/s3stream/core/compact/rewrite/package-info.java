/**
 * The filter of the host, applied to the records of a block.
 *
 * <p>{@link io.s3stream.core.compact.rewrite.BlockRewriter} passes the batches of one verified block through the filter.
 * {@link io.s3stream.core.compact.rewrite.RewrittenBlock} is the result. The package {@code compact} reads the blocks,
 * writes the new ones and commits them.
 *
 * <p>A filter is code of the host: it runs on a thread of its own, on memory of its own, and may throw anything.
 */
@NullMarked
package io.s3stream.core.compact.rewrite;

import org.jspecify.annotations.NullMarked;
