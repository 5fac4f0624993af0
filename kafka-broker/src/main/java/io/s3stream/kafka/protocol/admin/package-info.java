/**
 * Requests of administration clients: configurations, deletion of records, epochs, sizes, and placement of partitions.
 * Each class answers one family of requests and has no mutable state.
 *
 * <p>Start with {@link io.s3stream.kafka.protocol.admin.AdminApis}, which lists the requests. A request that asks for a
 * feature of replicas is answered with the protocol's own error, because each partition has one replica.
 *
 * <p>The classes run on the event loops of connections and on the store's callback thread; none blocks.
 */
@NullMarked
package io.s3stream.kafka.protocol.admin;

import org.jspecify.annotations.NullMarked;
