/**
 * Apache Kafka as a contender: one broker in a process of its own, with {@code flush.messages=1}.
 *
 * <p>Each producer has a client and a partition. Batches have up to a million bytes, and all settings of the client
 * except size and {@code acks} are Kafka's defaults, so that a batch waits up to 5 ms. The usage is that of broker
 * and clients together; a note has the share of the broker.
 *
 * <p>Start with {@link io.s3stream.benchmarks.peers.kafka.KafkaJournal}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.kafka;

import org.jspecify.annotations.NullMarked;
