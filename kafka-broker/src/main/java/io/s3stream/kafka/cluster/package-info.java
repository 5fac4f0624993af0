/**
 * The distribution of partitions over brokers. Each broker watches the metadata. It opens the partitions that it should
 * lead, releases the partitions that another broker should lead, and takes over brokers that are gone.
 *
 * <p>{@link io.s3stream.kafka.cluster.Cluster} is the serial loop. {@link io.s3stream.kafka.cluster.LedLogs} opens and
 * closes logs, {@link io.s3stream.kafka.cluster.PeerWatch} notices the end of other processes, and {@link
 * io.s3stream.kafka.cluster.BrokerTags} has the facts that brokers tell each other. {@link
 * io.s3stream.kafka.cluster.ClusterParts} has the parts that a simulation replaces: thread, clock, connections.
 *
 * <p>Start with {@link io.s3stream.kafka.cluster.Cluster}; the decisions themselves are in {@code .decisions}.
 */
@NullMarked
package io.s3stream.kafka.cluster;

import org.jspecify.annotations.NullMarked;
