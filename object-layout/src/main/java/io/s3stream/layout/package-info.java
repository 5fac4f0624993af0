/**
 * Encodes and verifies the bytes of WAL frames, data blocks, objects and object keys. The code is pure functions
 * over buffers, without I/O, with one class for each structure. {@code docs/format.md} describes the same bytes for
 * readers in other languages.
 *
 * <p>Start with {@link io.s3stream.layout.RecordFormat}. An append encodes a record once; frames, the write cache and
 * data blocks then hold copies of the same bytes. The main types are, from the inside out:
 *
 * <ul>
 *   <li>{@link io.s3stream.layout.RecordFormat}: one record batch; {@link io.s3stream.layout.RecordEncoder} writes
 *       many.
 *   <li>{@link io.s3stream.layout.RecordChecksum}: the checksum of a run of records.
 *   <li>{@link io.s3stream.layout.FrameFormat}, {@link io.s3stream.layout.FrameHeader}: the unit of a WAL write.
 *   <li>{@link io.s3stream.layout.BlockFormat}: the unit of an object.
 *   <li>{@link io.s3stream.layout.ObjectIndex}, {@link io.s3stream.layout.IndexDirectory}: the end of an object.
 *   <li>{@link io.s3stream.layout.ObjectKeys}: the keys of data objects.
 * </ul>
 *
 * <p>The CRC32C in a record's header covers the payload. {@link io.s3stream.layout.RecordChecksum} covers the headers
 * of a frame or block, so that no payload needs a second pass. All integers are big-endian. Every buffer passed in must
 * have the big-endian byte order, which is the order of a new buffer. A decoder that reads garbage throws
 * {@link io.s3stream.api.errors.CorruptedDataException} and no other exception.
 *
 * <p>Static methods may run on any thread. Encoders and verifiers belong to one thread. Headers, indexes and
 * directories are immutable once they are read. The caller owns every buffer, and keeps it unchanged during a call.
 */
@NullMarked
package io.s3stream.layout;

import org.jspecify.annotations.NullMarked;
