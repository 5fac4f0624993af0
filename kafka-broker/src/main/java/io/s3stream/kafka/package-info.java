/** A broker for clients of the Kafka protocol, on the public API of a store. {@link io.s3stream.kafka.Broker} wires it. */
@NullMarked
package io.s3stream.kafka;

import org.jspecify.annotations.NullMarked;
