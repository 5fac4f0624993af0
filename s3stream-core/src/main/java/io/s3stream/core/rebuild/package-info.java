/**
 * Metadata from objects and the catalogue, for when the metadata is lost. Objects describe themselves: their indexes say which offsets of
 * which stream, written under which epoch, they have. What they cannot say is in {@link
 * io.s3stream.api.tools.RebuildReport}. The rule is [R23]: a record of an epoch at or past the first base offset of a higher
 * epoch is dead; records of one epoch that are there twice must be the same.
 */
@NullMarked
package io.s3stream.core.rebuild;

import org.jspecify.annotations.NullMarked;
