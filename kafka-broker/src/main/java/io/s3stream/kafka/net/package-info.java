/**
 * Sockets: frames in, requests to a {@link io.s3stream.kafka.net.RequestHandler}, responses out in the order of the
 * requests. This package knows headers and sizes of the protocol, and nothing of its requests.
 *
 * <p>A connection belongs to one netty event loop. The records of a produce request are views of the received frame,
 * and the records of a fetch response are views of the store's leases: neither is copied here.
 */
@NullMarked
package io.s3stream.kafka.net;

import org.jspecify.annotations.NullMarked;
