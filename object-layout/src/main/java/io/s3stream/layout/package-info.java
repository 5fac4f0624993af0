/**
 * The bytes: what a WAL frame, a data block and an object look like. Pure functions over buffers, no I/O; one class per
 * structure. {@code docs/format.md} describes the same bytes for readers in other languages.
 *
 * <p>A {@linkplain io.s3stream.layout.RecordFormat record} is encoded once, when it is appended, and then only copied:
 * frames, the write cache and data blocks hold the same bytes. Payloads are covered by the CRC32C in their record's
 * header; {@linkplain io.s3stream.layout.RecordChecksum the checksum over record headers} then covers a whole frame or
 * block without touching a payload again. All integers are big-endian, and so must be
 * the byte order of every buffer passed in (the order a new buffer has). A decoder that is fed garbage throws
 * {@link io.s3stream.api.errors.CorruptedDataException} and nothing else.
 */
@NullMarked
package io.s3stream.layout;

import org.jspecify.annotations.NullMarked;
