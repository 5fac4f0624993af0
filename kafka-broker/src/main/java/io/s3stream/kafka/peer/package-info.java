/**
 * Requests to other brokers: markers of transactions, and questions about transactions.
 *
 * <p>{@link io.s3stream.kafka.peer.PeerClient} is where to start. It holds a connection to each other broker that it has
 * a request for. {@link io.s3stream.kafka.peer.ClusterMarkerSender} writes markers to the leaders of partitions. {@link
 * io.s3stream.kafka.peer.ClusterPartitionVerifier} asks the coordinators of transactions. Both have a client of their
 * own, as in Kafka: a broker answers the requests of a connection in order, and a question may wait for the end of the
 * transaction before it. That end needs markers, and their answers must not wait behind such a question.
 *
 * <p>A request that gets no answer fails with a retriable error. The broker may have carried it out. Markers and
 * additions of partitions can be repeated, so the coordinator and the producer repeat them.
 */
@NullMarked
package io.s3stream.kafka.peer;

import org.jspecify.annotations.NullMarked;
