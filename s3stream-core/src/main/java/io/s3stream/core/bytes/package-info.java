/**
 * Primitives of the binary formats: numbers, strings and digests as bytes.
 *
 * <p>{@link io.s3stream.core.bytes.ByteWriter} and {@link io.s3stream.core.bytes.ByteReader} write and read
 * variable-length numbers, strings and identifiers. The reader checks every length against the bytes that are
 * left, so that damaged input ends in an error instead of an allocation. {@link io.s3stream.core.bytes.Digest} is
 * the hash that chains the metadata log. All classes are without shared state. Start with {@code ByteReader}.
 */
@NullMarked
package io.s3stream.core.bytes;

import org.jspecify.annotations.NullMarked;
