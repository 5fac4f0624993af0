/**
 * Sockets: frames in, requests to a {@link io.s3stream.kafka.net.RequestHandler}, responses out in the order of the
 * requests. This package knows headers and sizes of the protocol, and only the requests of SASL.
 *
 * <p>Start with {@link io.s3stream.kafka.net.KafkaListener}, which accepts connections within their limits.
 *
 * <p>A connection belongs to one netty event loop. The socket writes a large request into a buffer of its frame, without a
 * copy. The records of a produce request are views of that buffer, and the records of a fetch response are views of the
 * store's leases.
 */
@NullMarked
package io.s3stream.kafka.net;

import org.jspecify.annotations.NullMarked;
