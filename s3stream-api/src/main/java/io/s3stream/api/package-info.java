/**
 * Streams on object storage: append-only, durable, trimmed from the front, each with 64-bit offsets.
 *
 * <p>Start at {@link io.s3stream.api.StreamStore#builder()}. A {@link io.s3stream.api.StreamStore} is a node's access to
 * a store. A {@link io.s3stream.api.Stream} appends to a stream as its owner; a {@link io.s3stream.api.StreamReader}
 * reads one. An append is acknowledged only when it is durable in the node's write-ahead log. All data ends up in object
 * storage, which is the only long-term truth. Payloads are {@link java.nio.ByteBuffer}s; no type of another library
 * appears here.
 */
@NullMarked
package io.s3stream.api;

import org.jspecify.annotations.NullMarked;
