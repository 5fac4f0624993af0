/**
 * Blocks and indexes of data objects, from cache or storage.
 *
 * <p>{@code BlockLoader} returns blocks and coalesces concurrent requests for the same block. {@code IndexLoader}
 * does the same for object indexes. {@code RangedGets} performs the ranged reads, with a bound on memory and a
 * hedge against slow answers. {@code BlockBatches} finds the batches of one stream in a block. A block that fails
 * its checksum is read a second time before {@code DamagedReadException} reports it. Start with {@code
 * BlockLoader}.
 */
@NullMarked
package io.s3stream.core.read.blocks;

import org.jspecify.annotations.NullMarked;
