/**
 * Compaction: merges many small objects into fewer, larger ones.
 *
 * <p>{@link io.s3stream.core.compact.Compactor} runs while a store is open.
 * {@link io.s3stream.core.compact.CompactionPlanner} selects the objects, as a pure function of the metadata. A
 * {@code Compaction} copies the records in use into new objects, block by block and in bounded memory.
 * {@link io.s3stream.core.compact.CoverageProof} compares the output with the metadata before the commit replaces the
 * old objects.
 *
 * <p>Start with {@code CompactionPlanner}, then {@code Compaction}.
 *
 * <p>A failure at any step leaves the metadata unchanged, and at most orphans in the object storage. The serial context
 * {@code compact} owns all state.
 */
@NullMarked
package io.s3stream.core.compact;

import org.jspecify.annotations.NullMarked;
