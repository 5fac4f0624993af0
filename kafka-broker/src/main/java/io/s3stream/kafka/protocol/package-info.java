/**
 * The requests of the protocol, a class for each family. They check a request, call the log of a partition or the
 * catalogue, and fill the response.
 *
 * <p>{@link io.s3stream.kafka.protocol.ApiTable} lists the supported requests with their versions; ApiVersions tells
 * them to clients. Start there, and with {@link io.s3stream.kafka.protocol.ProduceApi}.
 *
 * <p>A response sets only fields that the version of its request has: another field cannot be encoded. Handlers run on
 * the event loop of the connection and never block; they complete on the store's callback thread.
 */
@NullMarked
package io.s3stream.kafka.protocol;

import org.jspecify.annotations.NullMarked;
