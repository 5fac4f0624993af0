/**
 * The encoding that all formats of the metadata share: variable-length integers, strings and checksummed envelopes.
 *
 * <p>{@link io.s3stream.core.metadata.codec.ByteWriter} writes an envelope: magic number, version, content, CRC32C.
 * {@link io.s3stream.core.metadata.codec.ByteReader} checks and reads it. Damaged input leads to {@link
 * io.s3stream.api.errors.CorruptedDataException} and to no other exception.
 *
 * <p>Start with {@code ByteWriter}. Both types hold the state of one envelope; the thread that created one owns it.
 */
@NullMarked
package io.s3stream.core.metadata.codec;

import org.jspecify.annotations.NullMarked;
