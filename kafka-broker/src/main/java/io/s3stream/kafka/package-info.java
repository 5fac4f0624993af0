/**
 * A broker for clients of the Kafka protocol, on the public API of a store.
 *
 * <p>{@link io.s3stream.kafka.Broker} wires the parts: a store, the loop that opens partitions, the requests, and a
 * listener. {@link io.s3stream.kafka.Main} is the command line.
 *
 * <p>Event loops of connections handle requests, and the store's callback thread completes them; neither blocks. Start
 * with {@code kafka-broker/README.md}.
 */
@NullMarked
package io.s3stream.kafka;

import org.jspecify.annotations.NullMarked;
